using System.CommandLine;
using System.Globalization;
using HashDb.Cli.Input;
using HashDb.Cli.Output;
using HashDb.Models.Files;

namespace HashDb.Cli.Evaluation;

/// <summary><c>hashdb evaluate recall</c>: how many of the true nearest a search finds, and how fast; no labels are needed.</summary>
internal static class RecallCommand
{
    private const int DefaultQueries = 1_000;
    private const int DefaultTop = 10;

    /// <summary>They are asked in one batch for the true nearest.</summary>
    private const int MaxQueries = 65_536;

    private const string Notes = """
        Stores the rows but for the last ones, which are the queries, in a collection without a model, and in one under each --model, in a
        temporary folder. Queries run one after the other on one thread.
          recall             the share of the true nearest that was found, by comparing all vectors
          queriesPerSecond   of this setting
          insertsPerSecond   durable inserts in batches of 1,000, and readySeconds until the collection has trained its cells
          bytesPerVector     memory for a vector beside the vector itself, mapped sketches included
        """;

    public static Command Create()
    {
        Option<string> features = CommonOptions.Features();
        Option<int?> queries = CommonOptions.Integer(
            "--queries", "N", $"Rows held out as queries, {DefaultQueries} if not given,", 1, MaxQueries);
        Option<int?> top = CommonOptions.Integer("--top", "K", $"Results of a query, {DefaultTop} if not given,", 1, StorageLimits.MaxTop);
        var metric = new Option<string>("--metric") { Description = "How results are ordered.", DefaultValueFactory = _ => "cosine" };
        metric.AcceptOnlyFromAmong([.. Enum.GetNames<DistanceMetric>().Select(value => value.ToLowerInvariant())]);
        var models = new Option<string[]>("--model")
        {
            HelpName = "MODEL",
            Description = "A model file to compare with; may be given several times.",
            DefaultValueFactory = _ => [],
        };
        var targets = new Option<string>("--target")
        {
            HelpName = "R,...",
            Description = "Recalls to ask for, each above 0 and below 1.",
            DefaultValueFactory = _ => ".9,.95,.99",
        };
        var command = new NotedCommand("recall", "How many of the true nearest vectors searches find, and how fast.")
        {
            features, queries, metric, top, models, targets,
        };
        command.Notes = () => Notes;
        command.Validators.Add(result =>
        {
            if (result.GetValue(targets) is { } text && Parse(text) is null)
                result.AddError($"--target is '{text}'; it must be recalls above 0 and below 1, with commas between them.");
        });
        command.SetBody(async context =>
        {
            var run = new RecallRun(
                context.Get(features),
                context.Get(queries) ?? DefaultQueries,
                Enum.Parse<DistanceMetric>(context.Get(metric), ignoreCase: true),
                context.Get(top) ?? DefaultTop);
            double[] wanted = Parse(context.Get(targets))!;
            var figures = new List<RecallFigures>();
            await foreach (RecallFigures figure in run.MeasureAsync(wanted, context.Get(models), context.CancellationToken))
            {
                figures.Add(figure);
                if (context.Json)
                    Write(context, figure);
            }
            if (!context.Json)
                WriteTable(context, figures);
        });
        return command;
    }

    private static double[]? Parse(string text)
    {
        string[] parts = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var values = new List<double>();
        foreach (string part in parts)
        {
            if (!double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !(value > 0 && value < 1))
                return null;
            values.Add(value);
        }
        return values.Count == 0 ? null : [.. values];
    }

    private static void Write(CommandContext context, RecallFigures figures) => context.Lines.Write(json =>
    {
        json.WriteString("model", figures.Model);
        json.WriteString("setting", figures.Setting);
        json.WriteNumber("recall", Math.Round(figures.Recall, 4));
        json.WriteNumber("queriesPerSecond", Math.Round(figures.QueriesPerSecond));
        json.WriteNumber("insertsPerSecond", Math.Round(figures.InsertsPerSecond));
        json.WriteNumber("readySeconds", Math.Round(figures.Ready.TotalSeconds, 2));
        json.WriteNumber("bytesPerVector", Math.Round(figures.BytesPerVector, 1));
        json.WriteNumber("read", Math.Round(figures.Read, 1));
    });

    private static void WriteTable(CommandContext context, List<RecallFigures> figures) => context.Terminal.WriteTable(
        null,
        ["Model", "Setting", "Recall", "Queries/s", "Inserts/s", "Ready, s", "Bytes a vector", "Vectors read"],
        figures.Select(figure => (IReadOnlyList<object?>)
        [
            figure.Model,
            figure.Setting,
            Math.Round(figure.Recall, 4),
            Math.Round(figure.QueriesPerSecond),
            Math.Round(figure.InsertsPerSecond),
            Math.Round(figure.Ready.TotalSeconds, 2),
            Math.Round(figure.BytesPerVector, 1),
            Math.Round(figure.Read, 1),
        ]));
}
