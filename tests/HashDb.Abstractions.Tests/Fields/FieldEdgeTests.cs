using HashDb.Fields;

namespace HashDb.Abstractions.Tests.Fields;

public sealed class FieldEdgeTests
{
    [Fact]
    public void Json_that_is_no_unicode_is_refused_as_an_argument()
    {
        Refused(() => RecordFields.FromJson("""{"a":"\ud800"}""")).ShouldContain("'a'");
        Refused(() => RecordFields.FromJson("""{"\ud800":1}""")).ShouldContain("Unicode");
        Refused(() => RecordFields.FromJson("""{"a":["x","\udc00"]}""")).ShouldContain("'a'");
        Refused(() => RecordFields.FromJson("""{"a":{"$date":"\ud800"}}""")).ShouldContain("'a'");
        Refused(() => RecordFields.FromJson("""{"a":{"\ud800":"x"}}""")).ShouldContain("'a'");
    }

    [Fact]
    public void A_json_number_that_64_bits_do_not_hold_is_refused_and_not_rounded()
    {
        Refused(() => RecordFields.FromJson("""{"a":18446744073709551616}""")).ShouldContain("'a'");
        Refused(() => RecordFields.FromJson("""{"a":-9223372036854775809}""")).ShouldContain("'a'");
        RecordFields.FromJson("""{"a":18446744073709551616.0}""")["a"].AsDouble().ShouldBe(18446744073709551616.0);
    }

    // NaN was equal to every number, so the order of some values depended on where they stood before.
    [Fact]
    public void Numbers_have_one_order_with_NaN_at_its_end()
    {
        FieldValue[] values = [1, double.NaN, 2.5, long.MaxValue, double.PositiveInfinity, -3, double.NegativeInfinity];
        for (int seed = 0; seed < 50; seed++)
        {
            new Random(seed).Shuffle(values);
            FieldValue[] sorted = [.. values.Order(FieldOrder.Instance)];
            sorted[^1].AsDouble().ShouldBe(double.NaN);
            sorted[..^1].Select(value => value.AsDouble()).ShouldBeInOrder();
        }
    }

    [Fact]
    public void A_json_date_that_depends_on_the_day_it_is_read_is_refused() =>
        Refused(() => RecordFields.FromJson("""{"a":{"$date":"12:00"}}""")).ShouldContain("'a'");

    [Fact]
    public void A_text_that_is_no_unicode_or_too_long_is_refused_with_its_field()
    {
        Refused(() => new RecordFields { ["bad"] = "\udc00" }.Encode()).ShouldContain("'bad'");
        Refused(() => new RecordFields { ["bad"] = new[] { "x", "\udc00" } }.Encode()).ShouldContain("'bad'");
        Refused(() => new RecordFields { ["long"] = new string('x', 70_000) }.Encode()).ShouldContain("'long'");
        Refused(() => new RecordFields { ["long"] = new byte[70_000] }.Encode()).ShouldContain("'long'");
        Refused(() => new RecordFields { ["long"] = new int[70_000] }.Encode()).ShouldContain("'long'");
        string half = new('x', 40_000);
        Refused(() => new RecordFields { ["a"] = half, ["b"] = half }.Encode()).ShouldContain("'b'");
    }

    /// <summary>A value that is shared by a filter and a program's own array would change under searches.</summary>
    [Fact]
    public void A_value_is_not_changed_by_the_arrays_that_it_was_made_of_or_gave()
    {
        byte[] bytes = [1, 2];
        FieldValue[] items = [1, 2];
        FieldValue fromBytes = bytes;
        FieldValue fromItems = items;
        Filter filter = Filter.Field("a") == fromBytes;
        string before = filter.ToString();

        bytes[0] = 9;
        items[0] = 9;
        fromBytes.AsBytes()[1] = 9;
        ((byte[])fromBytes.ToObject()!)[1] = 9;

        fromBytes.AsBytes().ShouldBe(new byte[] { 1, 2 });
        fromItems.AsList().ShouldBe([1, 2]);
        filter.ToString().ShouldBe(before);
    }

    [Fact]
    public void An_object_gets_a_value_only_if_its_property_holds_it_unchanged()
    {
        Fails(new RecordFields { ["Count"] = 2.5 }).ShouldContain("'Count'");
        Fails(new RecordFields { ["Count"] = 3_000_000_000 }).ShouldContain("'Count'");
        Fails(new RecordFields { ["Count"] = "5" }).ShouldContain("'Count'");
        Fails(new RecordFields { ["Count"] = true }).ShouldContain("'Count'");
        Fails(new RecordFields { ["Text"] = 5 }).ShouldContain("'Text'");
        Fails(new RecordFields { ["Text"] = false }).ShouldContain("'Text'");
        Fails(new RecordFields { ["Kind"] = 1 }).ShouldContain("'Kind'");
        Fails(new RecordFields { ["Kind"] = "No such" }).ShouldContain("'Kind'");
        Fails(new RecordFields { ["Time"] = "2024-01-01" }).ShouldContain("'Time'");
        Fails(new RecordFields { ["Sorted"] = new[] { "a" } }).ShouldContain("'Sorted'");

        Target target = new RecordFields
        {
            ["Count"] = 5,
            ["Ratio"] = 3,
            ["Single"] = 0.1f,
            ["Big"] = ulong.MaxValue,
            ["Kind"] = "Friday",
            ["Numbers"] = new[] { 1, 2 },
            ["Maybe"] = FieldValue.Null,
            ["Any"] = 7,
            ["Unknown"] = 1,
        }.To<Target>();
        target.Count.ShouldBe(5);
        target.Ratio.ShouldBe(3.0);
        target.Single.ShouldBe(0.1f);
        target.Big.ShouldBe(ulong.MaxValue);
        target.Kind.ShouldBe(DayOfWeek.Friday);
        target.Numbers.ShouldBe([1, 2]);
        target.Maybe.ShouldBeNull();
        target.Any.ShouldBe(7L);
    }

    [Fact]
    public void A_typed_read_names_the_field_and_what_is_there()
    {
        var fields = new RecordFields
        {
            ["title"] = "Sea",
            ["year"] = 2020,
            ["price"] = 1.5,
            ["draft"] = true,
            ["at"] = DateTimeOffset.UnixEpoch,
            ["id"] = Guid.Empty,
            ["raw"] = new byte[] { 1 },
            ["tags"] = new[] { "a", "b" },
            ["mixed"] = new FieldValue[] { "a", 1 },
        };
        fields.GetString("title").ShouldBe("Sea");
        fields.GetInt32("year").ShouldBe(2020);
        fields.GetInt64("year").ShouldBe(2020);
        fields.GetDouble("price").ShouldBe(1.5);
        fields.GetBoolean("draft").ShouldBeTrue();
        fields.GetDateTimeOffset("at").ShouldBe(DateTimeOffset.UnixEpoch);
        fields.GetGuid("id").ShouldBe(Guid.Empty);
        fields.GetBytes("raw").ShouldBe(new byte[] { 1 });
        fields.GetStrings("tags").ShouldBe(["a", "b"]);

        Should.Throw<InvalidOperationException>(() => fields.GetInt64("title")).Message
            .ShouldBe("The field 'title': The value is a String (\"Sea\"), not a long.");
        Should.Throw<InvalidOperationException>(() => fields.GetStrings("mixed")).Message.ShouldContain("'mixed'");
        Should.Throw<KeyNotFoundException>(() => fields.GetString("absent")).Message.ShouldContain("'absent'");
    }

    [Fact]
    public void Lists_of_the_usual_types_become_values_by_assignment()
    {
        var fields = new RecordFields
        {
            ["a"] = new List<string> { "x" },
            ["b"] = new List<int> { 1 },
            ["c"] = new[] { true },
            ["d"] = new[] { DateTimeOffset.UnixEpoch },
            ["e"] = new[] { 1.5f },
            ["f"] = 2.5f,
            ["g"] = new List<long> { 1 },
            ["h"] = new List<double> { 1.5 },
        };
        RecordFields.Decode(fields.Encode()).ShouldBe(fields);
        fields["e"].AsList()[0].AsDouble().ShouldBe(1.5);
    }

    private static string Refused(Action action) => Should.Throw<ArgumentException>(action).Message;

    private static string Fails(RecordFields fields) => Should.Throw<InvalidOperationException>(() => fields.To<Target>()).Message;

    private sealed class Target
    {
        public int Count { get; set; }

        public double Ratio { get; set; }

        public float Single { get; set; }

        public ulong Big { get; set; }

        public string? Text { get; set; }

        public DayOfWeek Kind { get; set; }

        public DateTime Time { get; set; }

        public List<int>? Numbers { get; set; }

        public HashSet<string>? Sorted { get; set; }

        public int? Maybe { get; set; }

        public object? Any { get; set; }
    }
}
