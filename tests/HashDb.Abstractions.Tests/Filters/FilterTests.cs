using HashDb.Fields;
using HashDb.Filters;

namespace HashDb.Abstractions.Tests.Filters;

public sealed class FilterTests
{
    private static readonly FieldValue[] Integers = [long.MaxValue, ulong.MaxValue, long.MinValue, 9007199254740993, 9007199254740992];

    private static readonly double[] Doubles =
        [0, -0.0, 1.5, 2, 9007199254740992, 1.8446744073709552E19, -9.223372036854775808E18, double.PositiveInfinity, 1e-310];

    private static readonly string[] Endings = ["", "", "\n\"é", "\uFFFD", "😀"];

    private static readonly string[] Names = ["a", "b", "c", "tags", "in", "ein Name", "$key", "$labels"];

    [Theory]
    [InlineData("year >= 2020", true)]
    [InlineData("year > 2020", false)]
    [InlineData("year == 2020.0", true)]
    [InlineData("year != 2020", false)]
    [InlineData("year == \"2020\"", false)]
    [InlineData("year != \"2020\"", true)]
    [InlineData("absent == 1", false)]
    [InlineData("absent != 1", true)]
    [InlineData("!(absent < 1)", true)]
    [InlineData("nothing == 1", false)]
    [InlineData("exists(nothing)", false)]
    [InlineData("exists(year)", true)]
    [InlineData("exists(absent)", false)]
    [InlineData("tags contains \"sea\"", true)]
    [InlineData("tags contains 'air'", false)]
    [InlineData("tags == \"sea\"", false)]
    [InlineData("title contains \"S\"", false)]
    [InlineData("title startsWith \"Se\"", true)]
    [InlineData("title startsWith \"se\"", false)]
    [InlineData("title < \"T\"", true)]
    [InlineData("year in (1, 2020, \"x\")", true)]
    [InlineData("year in [1]", false)]
    [InlineData("year in ()", false)]
    [InlineData("at == date(\"2024-05-01T02:00:00+02:00\")", true)]
    [InlineData("at < date(\"2024-05-01\")", false)]
    [InlineData("id == guid(\"00112233-4455-6677-8899-aabbccddeeff\")", true)]
    [InlineData("raw == bytes(\"AQI=\")", true)]
    [InlineData("draft", null)]
    [InlineData("draft == true", true)]
    [InlineData("big == 9007199254740993", true)]
    [InlineData("big == 9007199254740992.0", false)]
    [InlineData("big > 9007199254740992.0", true)]
    [InlineData("year < infinity && year > -infinity", true)]
    [InlineData("$labels contains 3", true)]
    [InlineData("$labels contains 4", false)]
    [InlineData("$labels == 3", false)]
    [InlineData("exists($labels)", true)]
    [InlineData("$key == 7", true)]
    [InlineData("$key in (1, 2)", false)]
    [InlineData("year = 1 or not year <> 2020 and true", true)]
    [InlineData("year == 1 || (year == 2020 && false)", false)]
    [InlineData("`in` == 5", true)]
    [InlineData("in == 5", null)]
    [InlineData("year == null", null)]
    [InlineData("draft < true", null)]
    public void Meaning_is_that_of_the_document(string text, bool? expected)
    {
        var fields = new RecordFields
        {
            ["year"] = 2020,
            ["title"] = "Sea",
            ["tags"] = new[] { "sea", "blue" },
            ["nothing"] = FieldValue.Null,
            ["draft"] = true,
            ["at"] = new DateTimeOffset(2024, 5, 1, 0, 0, 0, TimeSpan.Zero),
            ["raw"] = new byte[] { 1, 2 },
            ["in"] = 5,
            ["id"] = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"),
            ["big"] = 9007199254740993,
        };
        if (expected is null)
        {
            Should.Throw<FilterSyntaxException>(() => Filter.Parse(text)).Message.ShouldContain("character");
            return;
        }
        Filter filter = Filter.Parse(text);
        Matches(filter, fields, [3, 9], 7).ShouldBe(expected.Value);
        FilterOracle.Matches(filter, fields, [3, 9], 7).ShouldBe(expected.Value);
        Filter.Parse(filter.ToString()).ShouldBe(filter);
    }

    [Fact]
    public void Random_filters_over_random_records_match_as_the_oracle_says_and_their_text_parses_back()
    {
        var random = new Random(20_241);
        int matched = 0;
        for (int round = 0; round < 20_000; round++)
        {
            Filter filter = RandomFilter(random, 3);
            RecordFields fields = RandomFields(random);
            int[] labels = [.. Enumerable.Range(0, 4).Where(_ => random.Next(2) == 0)];
            ulong key = (ulong)random.Next(3);
            bool expected = FilterOracle.Matches(filter, fields, labels, key);
            Matches(filter, fields, labels, key).ShouldBe(expected, $"round {round}: {filter} over {fields}");
            Filter.Parse(filter.ToString()).ShouldBe(filter, $"round {round}");
            matched += expected ? 1 : 0;
        }
        matched.ShouldBeInRange(2_000, 18_000);
    }

    [Fact]
    public void Damaged_payloads_give_an_answer_or_a_format_exception()
    {
        var random = new Random(5);
        var matcher = new FilterMatcher(Filter.Parse("a == 1 || tags contains \"x\" || c startsWith \"y\" || b > 2.5"));
        for (int round = 0; round < 20_000; round++)
        {
            byte[] payload = RandomFields(random).Encode();
            if (payload.Length == 0)
                continue;
            payload[random.Next(payload.Length)] = (byte)random.Next(256);
            try
            {
                matcher.Matches(payload.AsSpan(0, random.Next(1, payload.Length + 1)), [], default);
            }
            catch (FormatException)
            {
                // Typed, and nothing outside was read.
            }
        }
    }

    [Fact]
    public void Hostile_texts_are_refused_with_the_limit()
    {
        Refused(new string('(', 10_000)).ShouldContain("64 levels");
        Refused(string.Concat(Enumerable.Repeat("!", 10_000)) + "a == 1").ShouldContain("64 levels");
        Refused(string.Join(" || ", Enumerable.Repeat("a == 1", 2_000))).ShouldContain("1024 terms");
        Refused(string.Join(" && ", Enumerable.Range(0, 100).Select(i => "(" + string.Join(" || ", Enumerable.Repeat("a==1", 20)) + ")")))
            .ShouldContain("1024");
        Refused($"a in ({string.Join(",", Enumerable.Range(0, 5_000))})").ShouldContain("4096");
        Refused(new string('a', 65_000) + " == 1").ShouldContain("128");
        Refused($"a == \"{new string('x', 70_000)}\"").ShouldContain("65536");
        Refused("a == NaN").ShouldContain("expected a number");
        Refused("a == 1e999").ShouldContain("no number");
        Refused("a == date(\"never\")").ShouldContain("no date");
        Refused("a == date(\"10000-01-01\")").ShouldContain("no date");
        Refused("$secret == 1").ShouldContain("reserved");
        Refused("").ShouldContain("found the end");
        Refused("a == 1 b").ShouldContain("character 7");
        Filter.Parse("a == date(\"0001-01-01T00:00:00Z\") || a == date(\"9999-12-31T23:59:59.9999999Z\")").Terms.ShouldBe(3);
        Should.Throw<ArgumentException>(() => Filter.Field("a") == double.NaN).Message.ShouldContain("NaN");
        Should.Throw<ArgumentException>(() => Filter.Field("a") == FieldValue.Null).Message.ShouldContain("exists(a)");

        var random = new Random(3);
        const string Alphabet = "ab \"'`\\()[]!&|=<>,.0123$eE+-intrufalsdgx\u0000\ud800ß";
        for (int round = 0; round < 20_000; round++)
        {
            string text = new([.. Enumerable.Range(0, random.Next(30)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
            try
            {
                Filter filter = Filter.Parse(text);
                Filter.Parse(filter.ToString()).ShouldBe(filter);
            }
            catch (FilterSyntaxException)
            {
                // One kind of error for all of them.
            }
        }
    }

    [Fact]
    public void Expressions_and_the_builder_give_the_filters_of_the_texts()
    {
        int year = 2020;
        string[] tags = ["a", "b"];
        var holder = new { Inner = new { Tag = "sea" } };
        Same<Book>(x => x.Year >= year && x.Tags.Contains(holder.Inner.Tag), "Year >= 2020 && Tags contains \"sea\"");
        Same<Book>(x => tags.Contains(x.Title), "Title in (\"a\", \"b\")");
        Same<Book>(x => new List<int> { 1, 2 }.Contains(x.Year), "Year in (1, 2)");
        Same<Book>(x => x.IsDraft, "IsDraft == true");
        Same<Book>(x => !x.IsDraft || x.Title != "x", "!(IsDraft == true) || Title != \"x\"");
        Same<Book>(x => x.Title == null, "!(exists(Title))");
        Same<Book>(x => x.Score != null && x.Score.Value < 1.5, "exists(Score) && Score < 1.5");
        Same<Book>(x => 5 < x.Year, "Year > 5");
        Same<Book>(x => x.Title!.StartsWith("Se", StringComparison.Ordinal), "Title startsWith \"Se\"");
        Same<Book>(x => x.Kind == Genre.Poem, "Kind == \"Poem\"");
        Same<Book>(x => x.Tags.Any(tag => tags.Contains(tag)), "Tags contains \"a\" || Tags contains \"b\"");
        Same<Dictionary<string, object>>(x => (int)x["year"] == 3, "year == 3");
        Same<Book>(x => x.At > new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero), "At > date(\"2024-01-01T00:00:00.0000000+00:00\")");
        Filter.Where<Book>(x => x.Year == 1, member => member.Name.ToLowerInvariant()).ToString().ShouldBe("year == 1");
        (Filter.Field("a") >= 1 & !(Filter.Field("b") == "x") | Filter.Field("c").In(1, "y")).ShouldBe(
            Filter.Parse("(a >= 1 && b != \"x\") || c in (1, \"y\")"));
        (Filter.Field("a") == 1 && Filter.Field("b") == 2 || Filter.Field("c").Exists()).ShouldBe(
            Filter.Parse("a == 1 && b == 2 || exists(c)"));

        Should.Throw<NotSupportedException>(() => Filter.Where<Book>(x => x.Title!.Length > 3)).Message.ShouldContain("Length");
        Should.Throw<NotSupportedException>(() => Filter.Where<Book>(x => x.Year == x.Title!.Length));
        Should.Throw<NotSupportedException>(() => Filter.Where<Book>(x => x.Title!.Contains("ea")));
        Should.Throw<NotSupportedException>(() => Filter.Where<Book>(x => x.Title!.StartsWith("s", StringComparison.OrdinalIgnoreCase)));
    }

    private static void Same<T>(System.Linq.Expressions.Expression<Func<T, bool>> predicate, string text) =>
        Filter.Where(predicate).ToString().ShouldBe(Filter.Parse(text).ToString());

    private static bool Matches(Filter filter, RecordFields fields, int[] labels, ulong key) =>
        new FilterMatcher(filter).Matches(fields.Encode(), labels, RawField.Of(key));

    private static string Refused(string text) => Should.Throw<FilterSyntaxException>(() => Filter.Parse(text)).Message;

    private static Filter RandomFilter(Random random, int depth)
    {
        FilterField field = Filter.Field(Names[random.Next(Names.Length)]);
        FieldValue value = RandomValue(random);
        bool hasOrder = value.Kind is not (FieldKind.Boolean or FieldKind.Bytes);
        return random.Next(depth == 0 ? 9 : 13) switch
        {
            0 => field == value,
            1 => field != value,
            2 => hasOrder ? field < value : field == value,
            3 => hasOrder ? field <= value : field == value,
            4 => hasOrder ? field > value : field == value,
            5 => hasOrder ? field >= value : field == value,
            6 => field.In([.. Enumerable.Range(0, random.Next(4)).Select(_ => RandomValue(random))]),
            7 => random.Next(2) == 0 ? field.Contains(value) : field.StartsWith(new string('x', random.Next(3))),
            8 => random.Next(4) == 0 ? (random.Next(2) == 0 ? Filter.All : Filter.Nothing) : field.Exists(),
            9 => !RandomFilter(random, depth - 1),
            10 => Filter.And([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => RandomFilter(random, depth - 1))]),
            _ => Filter.Or([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => RandomFilter(random, depth - 1))]),
        };
    }

    private static RecordFields RandomFields(Random random)
    {
        var fields = new RecordFields();
        foreach (string name in Names.Where(name => name[0] != '$' && random.Next(4) > 0))
        {
            fields[name] = random.Next(6) switch
            {
                0 => FieldValue.Null,
                1 => (FieldValue)Enumerable.Range(0, random.Next(4)).Select(_ => RandomValue(random)).ToArray(),
                _ => RandomValue(random),
            };
        }
        return fields;
    }

    private static FieldValue RandomValue(Random random) => random.Next(9) switch
    {
        0 => random.Next(2) == 0,
        1 or 2 => random.Next(-2, 4),
        3 => Integers[random.Next(Integers.Length)],
        4 => Doubles[random.Next(Doubles.Length)],
        5 => new string('x', random.Next(3)) + Endings[random.Next(Endings.Length)],
        6 => new DateTimeOffset(2024, 1, 1 + random.Next(2), random.Next(2), 0, 0, TimeSpan.FromHours(random.Next(2))),
        7 => new Guid(random.Next(2), 0, 0, new byte[8]),
        _ => new byte[random.Next(3)],
    };

    private enum Genre
    {
        Prose,
        Poem,
    }

    private sealed class Book
    {
        public string? Title { get; set; }

        public int Year { get; set; }

        public double? Score { get; set; }

        public bool IsDraft { get; set; }

        public Genre Kind { get; set; }

        public DateTimeOffset At { get; set; }

        public List<string> Tags { get; set; } = [];
    }
}
