using System.Text.Json;
using HashDb.Cli.Tests.Support;

namespace HashDb.Cli.Tests;

/// <summary>Keys, fields and filters from files to answers.</summary>
public sealed class FieldTests : IDisposable
{
    private readonly Sample _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public async Task Documents_are_imported_with_keys_and_fields_searched_with_a_filter_listed_counted_and_deleted()
    {
        string keys = _sample["keys.txt"];
        string fields = _sample["fields.jsonl"];
        File.WriteAllLines(keys, Enumerable.Range(0, Sample.Rows).Select(row => $"doc/{row}"));
        File.WriteAllLines(fields, Enumerable.Range(0, Sample.Rows).Select(
            row => row % 5 == 0 ? "" : $$"""{"title":"Title {{row}}","year":{{2000 + (row % 20)}},"tags":["a{{row % 3}}"]}"""));
        await HashDbProcess.JsonAsync(
            "create", _sample.Database, "docs", "--dimensions", $"{Sample.Dimensions}", "--metric", "cosine", "--keys", "string");

        await HashDbProcess.JsonAsync(
            "import", _sample.Database, "docs", "--features", _sample.Features, "--keys", keys, "--fields", fields, "--rows", "10..210");

        JsonElement hit = (await HashDbProcess.JsonAsync(
            "search", _sample.Database, "docs", "--queries", _sample.Features, "--rows", "11..12", "--filter",
            "year >= 2010 && tags contains \"a2\"", "--include", "fields,labels", "--top", "500")).ShouldHaveSingleItem();
        string[] expected =
        [
            .. Enumerable.Range(10, 200).Where(row => row % 5 != 0 && row % 20 >= 10 && row % 3 == 2).Select(row => $"doc/{row}"),
        ];
        hit.GetProperty("keys").EnumerateArray().Select(key => key.GetString()).ShouldBe(expected, ignoreOrder: true);
        hit.GetProperty("keys")[0].GetString().ShouldBe("doc/11");
        hit.GetProperty("records")[0].GetProperty("fields").GetProperty("title").GetString().ShouldBe("Title 11");

        JsonElement count = (await HashDbProcess.JsonAsync(
            "count", _sample.Database, "docs", "--filter", "!exists(title)")).ShouldHaveSingleItem();
        count.GetProperty("count").GetInt64().ShouldBe(40);
        IReadOnlyList<JsonElement> listed = await HashDbProcess.JsonAsync(
            "list", _sample.Database, "docs", "--order-by", "title", "--limit", "2", "--include", "fields");
        listed.Select(line => line.GetProperty("key").GetString()).ShouldBe(["doc/101", "doc/102"]);
        JsonElement got = (await HashDbProcess.JsonAsync("get", _sample.Database, "docs", "doc/12")).ShouldHaveSingleItem();
        got.GetProperty("fields").GetProperty("year").GetInt32().ShouldBe(2012);
        foreach (bool isNew in (bool[])[true, false])
        {
            JsonElement made = (await HashDbProcess.JsonAsync("index", "add", _sample.Database, "docs", "year")).ShouldHaveSingleItem();
            (made.GetProperty("field").GetString(), made.GetProperty("made").GetBoolean()).ShouldBe(("year", isNew));
        }
        (await HashDbProcess.JsonAsync("index", "list", _sample.Database, "docs", "--read-only"))
            .ShouldHaveSingleItem().GetProperty("field").GetString().ShouldBe("year");
        (await HashDbProcess.JsonAsync("index", "drop", _sample.Database, "docs", "year"))
            .ShouldHaveSingleItem().GetProperty("dropped").GetBoolean().ShouldBeTrue();
        (await HashDbProcess.JsonAsync("index", "list", _sample.Database, "docs")).ShouldBeEmpty();
        (await HashDbProcess.JsonAsync("delete", _sample.Database, "docs", "--filter", "year < 2010"))
            .ShouldHaveSingleItem().GetProperty("deleted").GetInt32().ShouldBe(80);
        (await HashDbProcess.JsonAsync("delete", _sample.Database, "docs", "doc/12", "doc/none"))
            .ShouldHaveSingleItem().GetProperty("deleted").GetInt32().ShouldBe(1);
    }

    [Theory]
    [InlineData("search --queries F --filter", "year >", "character 6")]
    [InlineData("search --queries F --include", "title", "fields, labels and vector")]
    [InlineData("search --queries F --max-distance", "far", "far")]
    [InlineData("list --limit", "5000", "1024")]
    [InlineData("delete", "", "--filter")]
    public async Task Wrong_filters_and_parts_are_wrong_usage_with_one_clear_line(string options, string value, string named)
    {
        string[] words = options.Split(' ');
        string[] last = value.Length > 0 ? [value] : [];
        CommandResult result = await HashDbProcess.RunAsync(
            [words[0], _sample.Database, "items", .. words[1..].Select(word => word == "F" ? _sample.Features : word), .. last]);

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain(named);
    }

    [Theory]
    [InlineData("{\"a\":{\"b\":1}}", "line 3", "'a'")]
    [InlineData("{", "line 3", "JSON")]
    [InlineData(null, "2 lines", "row 2")]
    public async Task Lines_that_are_no_fields_are_named_and_what_came_before_is_kept(string? line, string place, string named)
    {
        string fields = _sample["fields.jsonl"];
        File.WriteAllLines(fields, (string[])["{}", "", .. line is null ? [] : (string[])[line]]);
        await _sample.CreateAsync();

        CommandResult result = await HashDbProcess.RunAsync(
            "import", _sample.Database, "items", "--features", _sample.Features, "--fields", fields);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain(place);
        result.Error.ShouldContain(named);
    }

    // A file without ends of lines was read into memory as a whole.
    [Fact]
    public async Task Line_that_never_ends_is_refused_at_its_limit()
    {
        string fields = _sample["fields.jsonl"];
        using (StreamWriter writer = File.CreateText(fields))
        {
            writer.WriteLine("{}\r");
            for (int i = 0; i < 1_100; i++)
                writer.Write(new string('x', 1_000));
        }
        await _sample.CreateAsync();

        CommandResult result = await HashDbProcess.RunAsync(
            "import", _sample.Database, "items", "--features", _sample.Features, "--fields", fields);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain("line 2, is longer than 1048576 characters");
    }

    [Fact]
    public async Task Keys_of_the_wrong_kind_are_refused_with_the_right_one()
    {
        await _sample.CreateAsync();
        foreach (string key in (string[])["abc", "18446744073709551616", "1.5"])
        {
            CommandResult result = await HashDbProcess.RunAsync("get", _sample.Database, "items", key);
            result.ExitCode.ShouldBe(1);
            result.Error.ShouldContain($"'{key}'");
            result.Error.ShouldContain("18446744073709551615");
        }
        File.WriteAllText(_sample["keys.txt"], "a\n");
        (await HashDbProcess.RunAsync("import", _sample.Database, "items", "--features", _sample.Features, "--keys", _sample["keys.txt"]))
            .Error.ShouldContain("numbers");
    }
}
