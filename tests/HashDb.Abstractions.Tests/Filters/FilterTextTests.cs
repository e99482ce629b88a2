using System.Text;
using HashDb.Filters;

namespace HashDb.Abstractions.Tests.Filters;

public sealed class FilterTextTests
{
    /// <summary>The reader counted a compared field as a level of its own, so the deepest trees had texts that it refused.</summary>
    [Fact]
    public void The_deepest_filter_of_every_form_has_a_text_that_parses_back()
    {
        foreach (Func<Filter, Filter>[] steps in new Func<Filter, Filter>[][]
        {
            [inner => Filter.And(Filter.Field("a") < 1, inner), inner => Filter.Or(Filter.Field("b") < 1, inner)],
            [Filter.Not, inner => Filter.And(Filter.Field("a") < 1, inner)],
            [Filter.Not, inner => Filter.Or(inner, Filter.Field("a") == 1)],
        })
        {
            foreach (Filter leaf in new[] { Filter.Field("c") < 1, !(Filter.Field("c") < 1), Filter.Field("c") != 1 })
            {
                Filter deepest = leaf;
                int levels = 0;
                Should.Throw<ArgumentException>(() =>
                {
                    for (int i = 0; ; i++, levels++)
                        deepest = steps[i % steps.Length](deepest);
                }).Message.ShouldContain("the limit is 64");
                levels.ShouldBeInRange(61, 64);
                Filter.Parse(deepest.ToString()).ShouldBe(deepest);
            }
        }
    }

    /// <summary>A filter that is built goes to a server as its text, so what is too long there cannot be built.</summary>
    [Fact]
    public void A_filter_whose_text_would_be_too_long_cannot_be_built()
    {
        FieldValue[] values = [.. Enumerable.Range(0, 1_000).Select(i => (FieldValue)new string('x', 100))];
        Should.Throw<ArgumentException>(() => Filter.Field("a").In(values)).Message.ShouldContain("65536");
        Filter half = Filter.Field("a").In(values[..400]);
        Should.Throw<ArgumentException>(() => half | half).Message.ShouldContain("65536");
        Should.Throw<ArgumentException>(() => Filter.Field("a") == new string('ä', 40_000)).Message.ShouldContain("65536");
        Should.Throw<ArgumentException>(() => Filter.Field("a") == new string('\n', 20_000)).Message.ShouldContain("65536");
        string longest = new('x', StorageLimits.MaxFilterTextBytes - "a == \"\"".Length);
        Filter.Parse((Filter.Field("a") == longest).ToString()).ShouldBe(Filter.Field("a") == longest);
        Should.Throw<FilterSyntaxException>(() => Filter.Parse($"a == \"{new string('ä', 40_000)}\"")).Message.ShouldContain("80007 bytes");
    }

    /// <summary>The length of a connection is added up from its parts; it must be that of the text, to the byte.</summary>
    [Fact]
    public void The_longest_text_of_every_form_can_be_built_and_one_byte_more_cannot()
    {
        Filter leaf = Filter.Field("ä") != "é";
        Filter all = leaf & Filter.Field("b").Exists();
        Func<Filter, Filter>[] forms =
        [
            part => part & leaf, part => part | leaf, part => part | all, part => part & (leaf | all), part => !(part & leaf),
            part => !part | leaf, part => Filter.And(!part, part | all, Filter.All),
        ];
        foreach (Func<Filter, Filter> form in forms)
        {
            int rest = StorageLimits.MaxFilterTextBytes - Encoding.UTF8.GetByteCount(form(Long(0)).ToString());
            int parts = form(Long(1)).ToString().Length - form(Long(0)).ToString().Length;
            Filter longest = form(Long(rest / parts));
            Encoding.UTF8.GetByteCount(longest.ToString()).ShouldBe(StorageLimits.MaxFilterTextBytes - (rest % parts));
            Filter.Parse(longest.ToString()).ShouldBe(longest);
            Should.Throw<ArgumentException>(() => form(Long((rest / parts) + 1))).Message.ShouldContain("65536");
        }

        static Filter Long(int length) => Filter.Field("a") < new string('x', length);
    }

    [Theory]
    [InlineData("12:00")]
    [InlineData("May 1, 2024")]
    [InlineData("05/01/2024")]
    [InlineData("2024")]
    [InlineData("2024-02-30")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    [InlineData("9999-12-31T23:59:59-01:00")]
    [InlineData("2024-01-01T00:00:00+15:00")]
    public void A_date_that_is_not_iso_8601_is_refused(string date) =>
        Should.Throw<FilterSyntaxException>(() => Filter.Parse($"a == date(\"{date}\")")).Message.ShouldContain("no date");

    [Theory]
    [InlineData("2024-05-01", "2024-05-01T00:00:00.0000000+00:00")]
    [InlineData("2024-05-01T12:30", "2024-05-01T12:30:00.0000000+00:00")]
    [InlineData("2024-05-01T12:30Z", "2024-05-01T12:30:00.0000000+00:00")]
    [InlineData("2024-05-01T12:30:15.25-03:30", "2024-05-01T12:30:15.2500000-03:30")]
    [InlineData("2024-05-01 12:30:15+02:00", "2024-05-01T12:30:15.0000000+02:00")]
    public void A_date_of_iso_8601_is_read_and_without_a_zone_is_utc(string date, string read) =>
        Filter.Parse($"a == date(\"{date}\")").ToString().ShouldBe($"a == date(\"{read}\")");

    /// <summary>A sample stored documents with a date, and its first filter was refused for the name of the field.</summary>
    [Fact]
    public void A_field_may_have_the_name_of_a_kind_of_value()
    {
        var date = new DateTimeOffset(2024, 5, 1, 0, 0, 0, TimeSpan.Zero);
        Filter expected = Filter.Field("date") >= date & Filter.Field("Guid") == Guid.Empty & Filter.Field("bytes") == new byte[] { 1 };
        Filter parsed = Filter.Parse(
            $"date >= date(\"2024-05-01\") && Guid == guid(\"{Guid.Empty}\") && bytes == bytes(\"AQ==\")");
        parsed.ShouldBe(expected);
        Filter.Parse(parsed.ToString()).ShouldBe(expected);
        Filter.Parse("`date` in (date(\"2024-05-01\")) or exists(date)")
            .ShouldBe(Filter.Field("date").In(date) | Filter.Field("date").Exists());
        Refused("date(\"2024-05-01\") <= date").ShouldContain("==");
    }

    [Fact]
    public void A_number_that_64_bits_do_not_hold_is_refused_and_not_rounded()
    {
        Refused("a == 18446744073709551616").ShouldContain("18446744073709551616");
        Refused("a > -9223372036854775809").ShouldContain("-9223372036854775809");
        Refused("a == 1-2").ShouldContain("1-2");
        Filter.Parse("a == 18446744073709551616.0").ShouldBe(Filter.Field("a") == 18446744073709551616.0);
        Filter.Parse("a == -0.0").ToString().ShouldBe("a == -0.0");
    }

    [Fact]
    public void A_text_that_is_no_unicode_is_refused_because_the_stored_bytes_would_be_those_of_another()
    {
        Refused("a == \"\ud800\"").ShouldContain("'a'");
        Refused("a startsWith \"\\udc00x\"").ShouldContain("'a'");
        Refused("`\ud800` == 1").ShouldContain("Unicode");
        Should.Throw<ArgumentException>(() => Filter.Field("a").In("x", "\ud800")).Message.ShouldContain("'a'");
        Filter.Parse("a == \"\\ud83d\\ude00\"").ShouldBe(Filter.Field("a") == "😀");
    }

    [Fact]
    public void Texts_are_ordered_by_code_points_also_beyond_16_bits()
    {
        // By UTF-16 units the smiley would come before the other one, because a surrogate is a smaller number.
        byte[] payload = new RecordFields { ["t"] = "😀" }.Encode();
        new FilterMatcher(Filter.Field("t") > "\uFFFD").Matches(payload, [], default).ShouldBeTrue();
    }

    [Fact]
    public void Ten_thousand_of_anything_never_exhaust_the_stack()
    {
        string[] parts = ["(", "!", "not ", "((a==1)&&", "!(a==1 or ", "exists(", "a in (", "`", "\"", "a==date(", "-", "&&"];
        foreach (string part in parts)
        {
            string text = string.Concat(Enumerable.Repeat(part, 10_000));
            Refused(text).Length.ShouldBeLessThan(400);
        }
    }

    [Fact]
    public void A_message_has_one_line_whatever_the_text_holds()
    {
        const string Alphabet = "a \n\r\u2028\u0085`\"'=(!\\\u0001";
        var random = new Random(11);
        for (int round = 0; round < 2_000; round++)
        {
            string text = new([.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
            try
            {
                Filter.Parse(text);
            }
            catch (FilterSyntaxException exception)
            {
                exception.Message.ShouldNotContain('\n');
                exception.Message.ShouldNotContain('\r');
                exception.Position.ShouldBeInRange(0, text.Length);
            }
        }
    }

    private static string Refused(string text) => Should.Throw<FilterSyntaxException>(() => Filter.Parse(text)).Message;
}
