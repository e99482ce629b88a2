using System.Text.Json;
using System.Text.Json.Serialization;

namespace HashDb.Abstractions.Tests.Fields;

public sealed class RecordFieldsTests
{
    private static readonly DateTimeOffset Instant = new(2024, 5, 1, 12, 30, 0, 123, TimeSpan.FromMinutes(-210));
    private static readonly Guid Id = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff");

    private static RecordFields Everything => new()
    {
        ["null"] = FieldValue.Null,
        ["yes"] = true,
        ["no"] = false,
        ["small"] = -1,
        ["least"] = long.MinValue,
        ["most"] = ulong.MaxValue,
        ["pi"] = Math.PI,
        ["one"] = 1.0,
        ["infinite"] = double.NegativeInfinity,
        ["text"] = "Straße 😀",
        ["empty"] = "",
        ["instant"] = Instant,
        ["id"] = Id,
        ["bytes"] = new byte[] { 0, 1, 255 },
        ["tags"] = new[] { "blue", "sea" },
        ["mixed"] = new FieldValue[] { 1, "a", FieldValue.Null, 2.5, Id },
        ["nothing"] = Array.Empty<FieldValue>(),
    };

    [Fact]
    public void Fields_of_every_kind_are_the_same_after_encoding_and_after_json()
    {
        RecordFields fields = Everything;

        RecordFields decoded = RecordFields.Decode(fields.Encode());
        RecordFields parsed = RecordFields.FromJson(fields.ToJson());

        decoded.ShouldBe(fields);
        decoded.Keys.ShouldBe(fields.Keys);
        parsed.ShouldBe(fields);
        decoded.Encode().ShouldBe(fields.Encode());
        decoded["instant"].AsDateTimeOffset().Offset.ShouldBe(Instant.Offset);
    }

    [Fact]
    public void Encoding_is_the_one_that_the_document_gives()
    {
        Convert.ToHexString(new RecordFields { ["a"] = 1, ["d"] = Instant.ToUniversalTime(), ["g"] = Id }.Encode()).ShouldBe(
            "83" + "A161" + "01" + "A164" + "C70A01" + $"{Instant.UtcTicks:X16}" + "0000" + "A167" + "D802"
            + "00112233445566778899AABBCCDDEEFF");
        new RecordFields().Encode().ShouldBeEmpty();
    }

    [Fact]
    public void Typed_getters_say_what_is_there_instead()
    {
        RecordFields fields = Everything;
        fields["small"].AsInt32().ShouldBe(-1);
        fields["most"].AsUInt64().ShouldBe(ulong.MaxValue);
        fields["small"].AsDouble().ShouldBe(-1);
        Should.Throw<InvalidOperationException>(() => fields["text"].AsInt64()).Message.ShouldContain("String (\"Straße 😀\"), not a long");
        Should.Throw<InvalidOperationException>(() => fields["null"].AsString()).Message.ShouldContain("null");
        Should.Throw<InvalidOperationException>(() => fields["most"].AsInt64());
        Should.Throw<InvalidOperationException>(() => fields["least"].AsInt32());
        Should.Throw<KeyNotFoundException>(() => fields["absent"]).Message.ShouldContain("absent");
    }

    [Fact]
    public void What_is_not_allowed_is_refused_with_the_field_and_the_limit()
    {
        Refused(() => new RecordFields { ["n"] = double.NaN }.Encode()).ShouldContain("'n' is NaN");
        Refused(() => _ = new RecordFields { [""] = 1 }).ShouldNotBeEmpty();
        Refused(() => _ = new RecordFields { ["$labels"] = 1 }).ShouldContain("reserved");
        Refused(() => _ = new RecordFields { [new string('ä', 65)] = 1 }).ShouldContain("128");
        Refused(() => _ = new RecordFields { [new string('a', 65_536)] = 1 }).ShouldContain("65536");
        Refused(() => _ = new RecordFields { ["a\ud800"] = 1 }).ShouldNotBeEmpty();
        Refused(() => new RecordFields { ["t"] = "\udc00" }.Encode()).ShouldNotBeEmpty();
        Refused(() => new RecordFields { ["t"] = new string('x', 70_000) }.Encode()).ShouldContain("65536");
        Refused(() => new RecordFields { ["l"] = new FieldValue[] { new FieldValue[] { 1 } } }.Encode()).ShouldContain("list in a list");
        Refused(() => _ = new RecordFields { { "twice", 1 }, { "twice", 2 } }).ShouldContain("twice");
        Refused(() => _ = (FieldValue)new DateTime(2024, 1, 1)).ShouldContain("neither UTC nor local");
        Refused(() => RecordFields.From([KeyValuePair.Create("o", (object?)new object())])).ShouldContain("'o'");
        var many = new RecordFields();
        for (int i = 0; i <= StorageLimits.MaxFieldCount; i++)
            many[$"f{i}"] = i;
        Refused(() => many.Encode()).ShouldContain("257");
    }

    [Theory]
    [InlineData("[]", "JSON object")]
    [InlineData("""{"a":{"b":1}}""", "'a'")]
    [InlineData("""{"a":[[1]]}""", "'a'")]
    [InlineData("""{"a":1e400}""", "'a'")]
    [InlineData("""{"a":1,"a":2}""", "twice")]
    [InlineData("""{"a":{"$date":"yesterday"}}""", "'a'")]
    [InlineData("""{"a":{"$guid":"x"}}""", "'a'")]
    public void Json_that_is_no_fields_is_refused(string json, string named) =>
        Refused(() => RecordFields.FromJson(json)).ShouldContain(named);

    [Fact]
    public void Json_numbers_are_whole_without_a_point_and_texts_stay_texts()
    {
        RecordFields fields = RecordFields.FromJson("""{"a":1,"b":1.0,"c":18446744073709551615,"d":"2024-01-01","e":1e3}""");
        fields["a"].Kind.ShouldBe(FieldKind.Integer);
        fields["b"].Kind.ShouldBe(FieldKind.Double);
        fields["c"].AsUInt64().ShouldBe(ulong.MaxValue);
        fields["d"].Kind.ShouldBe(FieldKind.String);
        fields["e"].AsDouble().ShouldBe(1000);
        Should.Throw<JsonException>(() => RecordFields.FromJson("{"));
    }

    [Fact]
    public void Objects_become_fields_and_fields_objects()
    {
        var article = new Article
        {
            Title = "Sea",
            Year = 2020,
            Price = 1.5m,
            Tags = ["a", "b"],
            Kind = Genre.Poem,
            At = Instant,
            Score = null,
        };

        RecordFields fields = RecordFields.FromObject(article);
        Article back = RecordFields.Decode(fields.Encode()).To<Article>();

        fields.Keys.ShouldBe(["Title", "year", "Tags", "Kind", "At", "Score"], ignoreOrder: true);
        back.ShouldBeEquivalentTo(article with { Price = 0 });
        RecordFields.FromObject(new { A = 1, B = "x" }).ShouldBe(new RecordFields { ["A"] = 1, ["B"] = "x" });
        Should.Throw<InvalidOperationException>(() => new RecordFields { ["year"] = "old" }.To<Article>()).Message.ShouldContain("year");
    }

    [Fact]
    public void Payloads_of_other_programs_show_what_is_a_field_of_ours()
    {
        // {"a": {"b": [1]}, 5: 6, "c": [[1]], "d": ext 7, "e": 1.5f, "a2": 3}
        byte[] payload = Convert.FromHexString("86" + "A161" + "81A1629101" + "0506" + "A163" + "919101" + "A164" + "D40700"
            + "A165" + "CA3FC00000" + "A26132" + "03");
        RecordFields.Decode(payload).ShouldBe(new RecordFields { ["e"] = 1.5, ["a2"] = 3 });
        for (int length = 1; length < payload.Length; length++)
            Should.Throw<FormatException>(() => RecordFields.Decode(payload.AsSpan(0, length)));
    }

    private static string Refused(Action action) => Should.Throw<ArgumentException>(action).Message;

    private enum Genre
    {
        Prose,
        Poem,
    }

    private sealed record Article
    {
        public string? Title { get; init; }

        [JsonPropertyName("year")]
        public int Year { get; init; }

        [JsonIgnore]
        public decimal Price { get; init; }

        public List<string>? Tags { get; init; }

        public Genre Kind { get; init; }

        public DateTimeOffset At { get; init; }

        public double? Score { get; init; }
    }
}
