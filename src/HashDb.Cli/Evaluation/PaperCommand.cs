using System.CommandLine;
using HashDb.Cli.Input;
using HashDb.Cli.Report;
using HashDb.Models;
using HashDb.Models.Data;
using HashDb.Models.Kinds.Gph;

namespace HashDb.Cli.Evaluation;

/// <summary><c>hashdb evaluate paper</c>: the comparison of the GPH paper, published, reference and ours side by side.</summary>
internal static class PaperCommand
{
    private const string Small = "small";
    private const string Full = "full";
    private const int MaxCount = 10_000_000;

    private static readonly int[] DefaultPoints = [300, 1_000];

    private const string Notes = """
        Holds rows out at random, trains every model of the table on some of the others and ranks the held-out rows, each a query against
        the rest. Columns: mAP and mean precision within two bits, as published, of an independent reference implementation, and ours.
        Both are known for CIFAR-10 (GIST-512, 16 bits, 5,000 rows, and 50,000 where --scale full has the 40,000 that are left); the
        reference alone for MNIST and Corel. A star marks values of others from more training rows than ours. --scale small takes
        about two minutes on two cores, full about ten more.
        """;

    public static Command Create()
    {
        Option<string> features = CommonOptions.Features();
        Option<string> labels = CommonOptions.Labels();
        Option<RowRange?> rows = CommonOptions.Rows();
        var scale = new Option<string>("--scale")
        {
            HelpName = "small|full",
            Description = "full also trains on all rows that are not held out; small if not given.",
            DefaultValueFactory = _ => Small
        };
        scale.AcceptOnlyFromAmong(Small, Full);
        var set = new Option<PaperDataSet?>("--data")
        {
            HelpName = "cifar10|mnist|corel16k|other",
            Description =
                "Which published data these are, which decides kernels and columns; cifar10 for 512 dimensions and 10 "
                + "classes, other otherwise.",
            CustomParser = result =>
            {
                if (Enum.TryParse(result.Tokens[0].Value, ignoreCase: true, out PaperDataSet value) && Enum.IsDefined(value)
                    && !char.IsAsciiDigit(result.Tokens[0].Value[0]))
                    return value;
                result.AddError($"--data is '{result.Tokens[0].Value}'; it is cifar10, mnist, corel16k or other.");
                return null;
            },
        };
        Option<int?> bits =
            CommonOptions.Integer("--bits", "K", "Bits of a hashcode, 16 if not given,", Hashcode.MinBitCount, GphOptions.MaxBitCount);
        Option<int?> test =
            CommonOptions.Integer("--test", "N", "Rows held out; 10000 if not given, or a fifth of fewer than 50000,", 2, MaxCount);
        Option<int?> training = CommonOptions.Integer(
            "--train", "N", "Training rows of the small comparison; 5000 if not given (corel16k: 8000),", 2, MaxCount);
        var points = new Option<int[]>("--points")
        {
            HelpName = "M,...",
            Description =
                "Numbers of inducing points, separated by commas; 300,1000 if not given. The largest is the number of anchors "
                + "of GRH's kernel.",
            CustomParser = result => ModelSelection.ParseIntegers(result, "--points", 1, GphOptions.MaxInducingPointCount),
        };
        var seed = new Option<ulong>("--seed") { HelpName = "S", Description = "Seed of the division and of all models; 0 if not given." };
        Option<string?> report = CommonOptions.Report();
        Option<string?> figures = CommonOptions.Figures();

        var command = new NotedCommand("paper", "Compare all models with the published table.")
        {
            features, labels, rows, scale, set, bits, test, training, points, seed, report, figures,
        };
        command.Notes = () => Notes;
        command.SetBody(async context =>
        {
            var files = new ReportFiles(context.Get(report), context.Get(figures));
            files.Check(context.Get(features), context.Get(labels));
            LabelledRows data = LabelledRows.Read(context.Get(features), context.Get(labels), context.Get(rows));
            PaperPlan plan = PaperPlan.Create(
                data,
                context.Get(set),
                context.Get(scale) == Full,
                context.Get(bits) ?? 16,
                context.Get(test),
                context.Get(training),
                context.Parsed.GetValue(points) is { Length: > 0 } given ? given : DefaultPoints,
                context.Get(seed));

            var results = new List<PaperResult>();
            var byBits = new List<PaperResult>();
            await context.WithProgressAsync("Training and ranking", plan.Steps, progress => new PaperRun(plan, data).Run(
                result =>
                {
                    results.Add(result);
                    PaperOutput.WriteLine(context, plan, result);
                },
                result =>
                {
                    byBits.Add(result);
                    PaperOutput.WriteLine(context, plan, result);
                },
                progress,
                context.CancellationToken));
            PaperOutput.WriteTable(context, results);
            files.Write(() => PaperReport.Create(plan, data, results, byBits), PaperReport.Charts(results, byBits));
        });
        return command;
    }
}
