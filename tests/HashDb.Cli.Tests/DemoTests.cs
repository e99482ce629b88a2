using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using HashDb.Cli.Tests.Support;

namespace HashDb.Cli.Tests;

/// <summary>The demo as people run it: every step, and a report that stands alone.</summary>
public sealed partial class DemoTests
{
    [Fact]
    public async Task Demo_loses_nothing_searches_and_writes_a_report_that_stands_alone()
    {
        string root = Directory.CreateTempSubdirectory("hashdb-demo-test-").FullName;
        try
        {
            string folder = Path.Combine(root, "demo");
            IReadOnlyList<JsonElement> lines = await HashDbProcess.JsonAsync("demo", "--out", folder);

            ILookup<string?, JsonElement> steps = lines.ToLookup(line => line.GetProperty("step").GetString());
            steps["crash"].Count().ShouldBe(3);
            foreach (JsonElement crash in steps["crash"])
            {
                crash.GetProperty("lost").GetInt32().ShouldBe(0);
                crash.GetProperty("found").GetInt32().ShouldBeGreaterThanOrEqualTo(crash.GetProperty("acknowledged").GetInt32());
                crash.GetProperty("acknowledged").GetInt32().ShouldBeInRange(400, crash.GetProperty("offered").GetInt32() - 1);
            }

            steps["resume"].ShouldHaveSingleItem().GetProperty("checked").GetInt32().ShouldBe(10_000);
            double[] precision = [.. steps["search"].Select(line => line.GetProperty("precisionStrict").GetDouble())];
            double[] candidates = [.. steps["search"].Select(line => line.GetProperty("candidates").GetDouble())];
            precision.Length.ShouldBe(12);
            candidates.ShouldBe(candidates.Order());
            candidates[^1].ShouldBe(9_999);

            // Exact cosine search over all pictures gives .779; the hash function can only leave neighbours out.
            precision[^1].ShouldBe(0.779, 0.01);
            precision[0].ShouldBeLessThan(0.2);
            precision[8].ShouldBeInRange(0.7, precision[^1] + 0.005);

            JsonElement live = steps["live"].ShouldHaveSingleItem();
            live.GetProperty("precisionAfter").GetDouble().ShouldBeGreaterThan(live.GetProperty("precisionBefore").GetDouble() + 0.05);
            live.GetProperty("searches").GetInt64().ShouldBeGreaterThan(0);
            live.GetProperty("generations").GetInt32().ShouldBe(2);
            live.GetProperty("searchErrors").GetInt64().ShouldBe(0);
            ReadmeShouldSay(steps["search"]);
            ComparisonShouldFavourLearning(steps["compare"]);

            string report = await File.ReadAllTextAsync(Path.Combine(folder, "report.html"));
            report.ShouldContain("prefers-color-scheme: dark");
            report.ShouldNotContain("<script");
            Links().Count(report).ShouldBe(0, "the report must not load anything from elsewhere");
            Images().Count(report).ShouldBe(110);
            report.ShouldContain(precision[^1].ToString("F3", CultureInfo.InvariantCulture));

            CommandResult verify = await HashDbProcess.RunAsync("verify", Path.Combine(folder, "database"));
            verify.ExitCode.ShouldBe(0, verify.Error);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Fact]
    public async Task Demo_refuses_a_folder_that_it_did_not_make()
    {
        string folder = Directory.CreateTempSubdirectory("hashdb-demo-test-").FullName;
        string precious = Path.Combine(folder, "report.html");
        await File.WriteAllTextAsync(precious, "mine");

        CommandResult result = await HashDbProcess.RunAsync("demo", "--out", folder);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain(folder);
        (await File.ReadAllTextAsync(precious)).ShouldBe("mine");
        Directory.Delete(folder, recursive: true);
    }

    // Where random hyperplanes find next to nothing, the learned hash functions answer already.
    private static void ComparisonShouldFavourLearning(IEnumerable<JsonElement> lines)
    {
        ILookup<string?, JsonElement> models = lines.ToLookup(line => line.GetProperty("model").GetString());
        models.Select(model => model.Key).ShouldBe(["LSH", "GRH", "GPH"]);
        foreach (IGrouping<string?, JsonElement> model in models)
        {
            model.Select(line => line.GetProperty("radius").GetInt32()).ShouldBe(Enumerable.Range(0, 6));
            double[] candidates = [.. model.Select(line => line.GetProperty("candidates").GetDouble())];
            candidates.ShouldBe(candidates.Order());
            candidates[^1].ShouldBeLessThan(6_000);
        }

        double Within2(string model) => models[model].ElementAt(2).GetProperty("precisionStrict").GetDouble();
        Within2("LSH").ShouldBeInRange(0.4, 0.7);
        Within2("GRH").ShouldBeGreaterThan(Within2("LSH"));
        Within2("GPH").ShouldBeGreaterThan(Within2("LSH"));
    }

    // The README shows some of these figures. Hashcodes are the same everywhere, and so are the candidates; two distances that
    // are nearly equal may change places with the width of a machine's registers.
    private static void ReadmeShouldSay(IEnumerable<JsonElement> searches)
    {
        string readme = File.ReadAllText(Path.Combine(DocumentTests.FindRoot(), "README.md"));
        MatchCollection rows = ReadmeRows().Matches(readme);
        rows.Count.ShouldBe(5);
        foreach (Match row in rows)
        {
            JsonElement search = searches.Single(line => line.GetProperty("radius").GetRawText() == row.Groups[1].Value);
            double precision = double.Parse(row.Groups[2].Value, CultureInfo.InvariantCulture);
            precision.ShouldBe(search.GetProperty("precisionStrict").GetDouble(), 0.002, row.Value);
            row.Groups[3].Value.ShouldBe(
                search.GetProperty("candidates").GetDouble().ToString("N1", CultureInfo.InvariantCulture), row.Value);
        }
    }

    [GeneratedRegex(@"^\| (\d+) \| (\.\d{3}) \| ([\d,.]+) \|\r?$", RegexOptions.Multiline)]
    private static partial Regex ReadmeRows();

    [GeneratedRegex("""(src|href)\s*=\s*"(?!data:)|url\(|@import""")]
    private static partial Regex Links();

    [GeneratedRegex("""<img src="data:image/png;base64,""")]
    private static partial Regex Images();
}
