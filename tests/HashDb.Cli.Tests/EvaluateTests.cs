using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using HashDb.Cli.Tests.Support;
using HashDb.Models.Data;
using HashDb.Models.Evaluation;
using HashDb.Models.Files;
using HashDb.Models.Kinds.Lsh;

namespace HashDb.Cli.Tests;

/// <summary>The evaluations as people run them, on small data: what is printed, what the reports hold, and that learning pays.</summary>
public sealed partial class EvaluateTests
{
    [Fact]
    public async Task Radius_prints_a_line_for_each_model_and_length_with_all_radii()
    {
        using var sample = new ClusteredSample();

        IReadOnlyList<JsonElement> lines = await HashDbProcess.JsonAsync(
            "evaluate", "radius", "--features", sample.Features, "--labels", sample.Labels, "--bits", "16,64", "--models",
            "lsh,grh-svm,gph",
            "--queries", "60", "--train", "200", "--seeds", "2", "--set", "gph.points=40", "--set", "grh.iterations=3");

        lines.Select(line => (line.GetProperty("model").GetString(), line.GetProperty("bits").GetInt32()))
            .ShouldBe([("lsh", 16), ("lsh", 64), ("grh-svm", 16), ("grh-svm", 64), ("gph", 16), ("gph", 64)]);
        foreach (JsonElement line in lines)
        {
            line.GetProperty("fitSeconds").GetDouble().ShouldBeGreaterThan(0);
            JsonProperty[] radii = [.. line.GetProperty("radius").EnumerateObject()];
            radii.Select(radius => radius.Name).ShouldBe(Enumerable.Range(0, 11).Select(radius => $"{radius}"));
            double[] candidates = [.. radii.Select(radius => radius.Value.GetProperty("candidates").GetDouble())];
            candidates.ShouldBe(candidates.Order());
            foreach (JsonProperty radius in radii)
            {
                double answered = radius.Value.GetProperty("answered").GetDouble();
                radius.Value.GetProperty("strict").GetDouble().ShouldBeInRange(0, 1);
                radius.Value.GetProperty("milliseconds").GetDouble().ShouldBeGreaterThan(0);
                JsonElement seed = radius.Value.GetProperty("seed");
                if (answered == 0)
                    seed.ValueKind.ShouldBe(JsonValueKind.Null);
                else
                    seed.GetDouble().ShouldBeGreaterThanOrEqualTo(radius.Value.GetProperty("strict").GetDouble() - 1e-12);
            }
        }

        // Random codes of 64 bits meet nobody; the learned ones meet their class.
        At(lines[1], 0).GetProperty("seed").ValueKind.ShouldBe(JsonValueKind.Null);
        At(lines[4], 0).GetProperty("strict").GetDouble().ShouldBeGreaterThan(At(lines[0], 0).GetProperty("strict").GetDouble() + 0.2);
    }

    [Fact]
    public async Task Radius_gives_what_the_library_measures()
    {
        using var sample = new ClusteredSample();
        FeatureMatrix features = FeatureFile.ReadAll(sample.Features);
        LabelSet labels = LabelFile.Read(sample.Labels);
        EvaluationSplit split = EvaluationSplit.Create(sample.Rows, 50, 150, 9);
        FeatureMatrix training = split.TrainingVectors(features);
        LshModel model =
            LshTrainer.Train(new LshOptions { BitCount = 12, Seed = 9 }, training.Values.Span, training.Count, training.Dimensions);
        RadiusEvaluationResult expected = RadiusEvaluation.Run([model], features, labels, split, new RadiusEvaluationOptions())[0];

        JsonElement line = (await HashDbProcess.JsonAsync(
            "evaluate", "radius", "--features", sample.Features, "--labels", sample.Labels, "--bits", "12", "--models", "lsh",
            "--queries", "50", "--train", "150", "--seeds", "1", "--seed", "9", "--timed", "0")).ShouldHaveSingleItem();

        foreach (RadiusPoint point in expected.Points)
        {
            At(line, point.Radius).GetProperty("strict").GetDouble().ShouldBe(point.Precision);
            At(line, point.Radius).GetProperty("candidates").GetDouble().ShouldBe(point.MeanCandidates);
            At(line, point.Radius).GetProperty("answered").GetDouble().ShouldBe(point.AnsweredShare);
            At(line, point.Radius).GetProperty("milliseconds").ValueKind.ShouldBe(JsonValueKind.Null);
        }
    }

    [Theory]
    [InlineData("--queries 300 --train 300 --models lsh", "--queries 300")]
    [InlineData("--queries 50 --train 200 --models lsh,gph", "300 points")]
    [InlineData("--queries 50 --train 200 --models grh-kernel", "1000 anchors")]
    [InlineData("--queries 50 --train 200 --models lsh --report nowhere/r.html", "nowhere")]
    [InlineData("--queries 50 --train 200 --models lsh --figures nowhere", "nowhere")]
    public async Task Radius_of_what_does_not_fit_fails_before_it_trains(string arguments, string named)
    {
        using var sample = new ClusteredSample();

        CommandResult result = await HashDbProcess.RunAsync(
            ["evaluate", "radius", "--features", sample.Features, "--labels", sample.Labels, "--bits", "16", .. arguments.Split(' ')]);

        result.ExitCode.ShouldBe(1, result.Error);
        result.Output.ShouldBeEmpty();
        result.Error.ShouldContain(named);
    }

    [Fact]
    public async Task Ranking_leaves_one_out_as_the_library_does()
    {
        using var sample = new ClusteredSample();
        await HashDbProcess.JsonAsync(
            "train",
            "gph",
            "--features",
            sample.Features,
            "--labels",
            sample.Labels,
            "--rows",
            "0..300",
            "--bits",
            "16",
            "--out",
            sample["m.hdbm"],
            "--set",
            "points=40");
        var rows = new RowRange(300, 600);
        RankingEvaluationResult expected = RankingEvaluation.LeaveOneOut(
            HashcodeSet.Encode(
                HashModelFile.Load(sample["m.hdbm"]),
                FeatureFile.ReadAll(sample.Features, rows)), LabelFile.Read(sample.Labels, rows), new RankingEvaluationOptions());

        JsonElement line = (await HashDbProcess.JsonAsync(
            "evaluate", "ranking", "--model", sample["m.hdbm"], "--features", sample.Features, "--labels", sample.Labels, "--rows",
            "300..600",
            "--report", sample["r.html"], "--figures", sample.Root)).ShouldHaveSingleItem();

        line.GetProperty("mAP").GetDouble().ShouldBe(expected.MeanAveragePrecision);
        line.GetProperty("mAPTies").GetDouble().ShouldBe(expected.ExpectedMeanAveragePrecision);
        line.GetProperty("precisionRadius2").GetDouble().ShouldBe(expected.MeanPrecisionWithinRadius);
        line.GetProperty("emptyRadius2").GetDouble().ShouldBe(expected.EmptyShare);
        line.GetProperty("encodeMicroseconds").GetDouble().ShouldBeGreaterThan(0);
        line.GetProperty("precisionRecall").GetArrayLength().ShouldBe(17);
        line.GetProperty("mAP").GetDouble().ShouldBeGreaterThan(0.6);
        CheckReport(sample["r.html"], line.GetProperty("mAP").GetDouble());
        CheckFigures(sample.Root, "precision-recall", "ranking-precision", "ranking-recall");
    }

    [Fact]
    public async Task Ranking_against_a_database_finds_what_is_there()
    {
        using var sample = new ClusteredSample();
        await HashDbProcess.JsonAsync(
            "train",
            "cca-itq",
            "--features",
            sample.Features,
            "--labels",
            sample.Labels,
            "--rows",
            "0..300",
            "--bits",
            "8",
            "--out",
            sample["m.hdbm"]);

        JsonElement line = (await HashDbProcess.JsonAsync(
            "evaluate", "ranking", "--model", sample["m.hdbm"], "--features", sample.Features, "--labels", sample.Labels, "--rows",
            "300..320",
            "--database", sample.Features, "--database-labels", sample.Labels)).ShouldHaveSingleItem();

        line.GetProperty("queries").GetInt32().ShouldBe(20);
        line.GetProperty("searched").GetInt32().ShouldBe(600);
        line.GetProperty("emptyRadius2").GetDouble().ShouldBe(0, "each query is in the database too");
    }

    [Fact]
    public async Task Ranking_by_a_model_of_other_dimensions_fails()
    {
        using var sample = new ClusteredSample();
        using var other = new Sample();

        CommandResult result = await HashDbProcess.RunAsync(
            "evaluate", "ranking", "--model", other.ModelPath, "--features", sample.Features, "--labels", sample.Labels);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain("12 dimensions");
    }

    [Fact]
    public async Task Paper_trains_every_row_and_writes_one_report()
    {
        using var sample = new ClusteredSample();

        IReadOnlyList<JsonElement> lines = await HashDbProcess.JsonAsync(
            "evaluate", "paper", "--features", sample.Features, "--labels", sample.Labels, "--scale", "full", "--test", "150",
            "--train", "200", "--bits", "12",
            "--points", "20,40", "--report", sample["paper.html"], "--figures", sample.Root);

        JsonElement[] table = [.. lines.Where(line => line.GetProperty("bits").GetInt32() == 12)];
        table.Count(line => line.GetProperty("train").GetInt32() == 200).ShouldBe(14);
        table.Count(line => line.GetProperty("train").GetInt32() == 450).ShouldBe(8);
        lines.Select(line => line.GetProperty("bits").GetInt32()).Distinct().Order().ShouldBe([8, 12, 16, 32, 64]);
        foreach (JsonElement line in lines)
        {
            line.GetProperty("test").GetInt32().ShouldBe(150);
            line.GetProperty("mAP").GetDouble().ShouldBeInRange(0.25, 1);
            line.GetProperty("published").ValueKind.ShouldBe(JsonValueKind.Null, "nothing is published about this data");
            line.GetProperty("reference").ValueKind.ShouldBe(JsonValueKind.Null);
        }

        double Of(string row) => table.First(line => line.GetProperty("row").GetString() == row).GetProperty("mAP").GetDouble();
        Of("GPH, k-means points").ShouldBeGreaterThan(Of("LSH") + 0.1);
        CheckReport(sample["paper.html"], Of("CCA-ITQ"));
        CheckFigures(sample.Root, "paper-precision-recall", "paper-bits", "paper-time");
    }

    [Fact]
    public async Task Paper_puts_the_known_values_beside_ours()
    {
        using var sample = new ClusteredSample(5_200);

        IReadOnlyList<JsonElement> lines = await HashDbProcess.JsonAsync(
            "evaluate", "paper", "--features", sample.Features, "--labels", sample.Labels, "--data", "cifar10", "--test", "200",
            "--points", "30", "--report", sample["paper.html"]);

        JsonElement ccaItq =
            lines.First(line => line.GetProperty("row").GetString() == "CCA-ITQ" && line.GetProperty("bits").GetInt32() == 16);
        ccaItq.GetProperty("published").GetProperty("mAP").GetDouble().ShouldBe(0.262);
        ccaItq.GetProperty("reference").GetProperty("precisionRadius2").GetDouble().ShouldBe(0.343);
        lines.Where(line => line.GetProperty("row").GetString()!.StartsWith("GPH", StringComparison.Ordinal))
            .ShouldAllBe(line => line.GetProperty("published").ValueKind == JsonValueKind.Null, "nothing is published for 30 points");
        (await File.ReadAllTextAsync(sample["paper.html"])).ShouldContain("<td>0.262</td>");
    }

    [Theory]
    [InlineData("--test 500 --train 200", "--test 500")]
    [InlineData("--train 100 --points 200", "--points 200")]
    [InlineData("--train 480 --points 20 --scale full", "--scale full")]
    public async Task Paper_of_what_does_not_fit_fails(string arguments, string named)
    {
        using var sample = new ClusteredSample();

        CommandResult result = await HashDbProcess.RunAsync(
            ["evaluate", "paper", "--features", sample.Features, "--labels", sample.Labels, .. arguments.Split(' ')]);

        result.ExitCode.ShouldBe(1, result.Error);
        result.Error.ShouldContain(named);
    }

    private static JsonElement At(JsonElement line, int radius) =>
        line.GetProperty("radius").GetProperty(radius.ToString(CultureInfo.InvariantCulture));

    private static void CheckReport(string path, double figure)
    {
        string report = File.ReadAllText(path);
        report.ShouldContain("prefers-color-scheme: dark");
        report.ShouldNotContain("<script");
        Links().Count(report).ShouldBe(0, "the report must not load anything from elsewhere");
        report.ShouldContain(figure.ToString("F3", CultureInfo.InvariantCulture));
        MatchCollection drawings = Drawings().Matches(report);
        drawings.Count.ShouldBeGreaterThan(2);
        foreach (Match drawing in drawings)
        {
            drawing.Value.ShouldNotContain("NaN");
            XElement.Parse(drawing.Value).Descendants("polyline").ShouldNotBeEmpty();
        }
    }

    private static void CheckFigures(string folder, params string[] names)
    {
        foreach (string name in names)
        {
            XElement drawing = XDocument.Load(Path.Combine(folder, name + ".svg")).Root.ShouldNotBeNull();
            drawing.Name.LocalName.ShouldBe("svg");
            drawing.Descendants().ShouldContain(element => element.Name.LocalName == "polyline");
        }
    }

    [GeneratedRegex("""(src|href)\s*=\s*"(?!data:)|url\(|@import""")]
    private static partial Regex Links();

    [GeneratedRegex("""<svg class="chart".*?</svg>""", RegexOptions.Singleline)]
    private static partial Regex Drawings();
}
