using HashDb.Fields;
using HashDb.Filters;

namespace HashDb.Abstractions.Tests.Filters;

public sealed class FilterMatcherTests
{
    [Fact]
    public void A_matcher_makes_no_garbage_whatever_the_number_of_fields()
    {
        var fields = new RecordFields();
        for (int i = 0; i < StorageLimits.MaxFieldCount; i++)
            fields[$"f{i}"] = i;
        fields["f7"] = new[] { "sea", "blue" };
        byte[] payload = fields.Encode();
        var matcher = new FilterMatcher(Filter.And(
            [.. Enumerable.Range(8, 200).Select(i => Filter.Field($"f{i}") >= i), Filter.Field("f7").Contains("blue")]));
        matcher.Matches(payload, [1], RawField.Of(3)).ShouldBeTrue();

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            matcher.Matches(payload, [1], RawField.Of(3));
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    /// <summary>Values are passed over in another way than they are read; both must find the same end, of every code there is.</summary>
    [Theory]
    [InlineData("C0")]
    [InlineData("C3")]
    [InlineData("7F")]
    [InlineData("E0")]
    [InlineData("CC80")]
    [InlineData("CD0102")]
    [InlineData("CE01020304")]
    [InlineData("CF0102030405060708")]
    [InlineData("D080")]
    [InlineData("D18001")]
    [InlineData("D280010203")]
    [InlineData("D38001020304050607")]
    [InlineData("CA3FC00000")]
    [InlineData("CB3FF8000000000000")]
    [InlineData("A26162")]
    [InlineData("D9026162")]
    [InlineData("DA00026162")]
    [InlineData("DB000000026162")]
    [InlineData("C4020102")]
    [InlineData("C500020102")]
    [InlineData("C6000000020102")]
    [InlineData("D40900")]
    [InlineData("D5090000")]
    [InlineData("D60900000000")]
    [InlineData("D7090000000000000000")]
    [InlineData("D80200112233445566778899AABBCCDDEEFF")]
    [InlineData("C702090102")]
    [InlineData("C80002090102")]
    [InlineData("C900000002090102")]
    [InlineData("93019201C0A161")]
    [InlineData("DC0002A16181A16101")]
    [InlineData("DD0000000101")]
    [InlineData("82A16101A16293C0C0C0")]
    [InlineData("DE0001A16101")]
    [InlineData("DF00000001A16101")]
    public void A_value_of_every_code_is_passed_over_to_its_end(string value)
    {
        byte[] payload = Convert.FromHexString("82" + "A176" + value + "A16C" + "01");
        var matcher = new FilterMatcher(Filter.Field("l") == 1);
        matcher.Matches(payload, [], default).ShouldBeTrue();
        RecordFields.Decode(payload)["l"].AsInt32().ShouldBe(1);
        for (int length = 1; length < payload.Length; length++)
        {
            Should.Throw<FormatException>(() => matcher.Matches(payload.AsSpan(0, length), [], default));
            Should.Throw<FormatException>(() => RecordFields.Decode(payload.AsSpan(0, length)));
        }
    }

    [Fact]
    public void A_truncated_payload_gives_a_format_exception_when_a_field_lies_behind_the_cut()
    {
        byte[] payload = new RecordFields
        {
            ["a"] = 300,
            ["b"] = 2.5,
            ["c"] = "text",
            ["d"] = DateTimeOffset.UnixEpoch,
            ["e"] = new[] { 1, 2 },
            ["f"] = Guid.Empty,
            ["last"] = 1,
        }.Encode();
        var matcher = new FilterMatcher(Filter.Field("last") == 1);
        matcher.Matches(payload, [], default).ShouldBeTrue();
        for (int length = 1; length < payload.Length; length++)
            Should.Throw<FormatException>(() => matcher.Matches(payload.AsSpan(0, length), [], default), $"{length} bytes");
    }

    /// <summary>Another program may use the code for something else. Such a value is no field, and the others can be read.</summary>
    [Theory]
    [InlineData("7FFFFFFFFFFFFFFF", "0000")]
    [InlineData("FFFFFFFFFFFFFFFF", "0000")]
    [InlineData("0000000000000000", "7FFF")]
    [InlineData("0000000000000000", "FFFF")]
    [InlineData("2BCA2875F4373FFF", "0001")]
    public void An_instant_that_no_calendar_has_is_no_field(string ticks, string minutes)
    {
        byte[] payload = Convert.FromHexString("82" + "A164" + "C70A01" + ticks + minutes + "A161" + "01");
        RecordFields fields = RecordFields.Decode(payload);
        fields.ToJson().ShouldBe("""{"a":1}""");
        new FilterMatcher(Filter.Field("d").Exists()).Matches(payload, [], default).ShouldBeFalse();
        new FilterMatcher(Filter.Field("a") == 1).Matches(payload, [], default).ShouldBeTrue();
    }

    [Fact]
    public void The_parts_that_must_all_hold_are_given_to_who_plans_with_them()
    {
        Conjuncts("a == 1 && (b == 2 || c == 3) && d == 4").ShouldBe(["a == 1", "b == 2 || c == 3", "d == 4"]);
        Conjuncts("a == 1 || b == 2").ShouldBe(["a == 1 || b == 2"]);
        Conjuncts("a == 1").ShouldBe(["a == 1"]);
        new FilterMatcher(Filter.Parse("a == 1 && $key == 2 && a < 3 && b == 1")).Fields.ShouldBe(["a", "$key", "b"]);

        static IEnumerable<string> Conjuncts(string text) =>
            new FilterMatcher(Filter.Parse(text)).Conjuncts.Select(part => part.ToString());
    }
}
