using System.CommandLine;
using HashDb.Cli.Input;
using HashDb.Cli.Report;
using HashDb.Models.Data;

namespace HashDb.Cli.Evaluation;

/// <summary><c>hashdb evaluate radius</c>: precision@10, candidates and time by Hamming radius.</summary>
internal static class RadiusCommand
{
    private const int MaxCount = 10_000_000;
    private const int MaxSeeds = 1_000;

    private const string Notes = """
        The protocol of the GRH tutorial. For each of the seeds the rows are divided at random into queries, training rows and a
        database; each model is trained on the training rows. A query's candidates are the database rows within the radius, the ten
        nearest of them by cosine are looked at, and precision@10 is the number that share a label with the query, divided by ten.
          seed          mean over the queries that have a candidate; null when none has
          strict        mean over all queries, those without a candidate counted as 0
          answered      share of the queries that have a candidate
          candidates    mean number of rows within the radius; a precision says little without it
          milliseconds  mean time of a query on one thread that encodes it, compares its hashcode with every one of the database and
                        measures and orders the candidates: a linear scan in memory, taken over the first queries (--timed). A
                        collection's directory finds the same candidates faster at small radii; measuring candidates costs the same.
        Figures are means over the seeds. fitSeconds is the mean time of one training.
        """;

    public static Command Create()
    {
        Option<string> features = CommonOptions.Features();
        Option<string> labels = CommonOptions.Labels();
        var selection = new ModelSelection();
        Option<int?> queries = CommonOptions.Integer("--queries", "N", "Queries of each seed, 1000 if not given,", 1, MaxCount);
        Option<int?> training = CommonOptions.Integer("--train", "N", "Training rows of each seed, 1198 if not given,", 2, MaxCount);
        Option<int?> seeds = CommonOptions.Integer("--seeds", "N", "Random divisions to average over, 3 if not given,", 1, MaxSeeds);
        var seed = new Option<ulong>("--seed") { HelpName = "S", Description = "The first seed; the others follow it. 0 if not given." };
        Option<int?> timed =
            CommonOptions.Integer("--timed", "N", "Queries of each seed whose time is taken, 20 if not given, 0 for none,", 0, MaxCount);
        Option<RowRange?> rows = CommonOptions.Rows();
        Option<string?> report = CommonOptions.Report();
        Option<string?> figures = CommonOptions.Figures();

        var command = new NotedCommand("radius", "Precision@10, candidates and time by Hamming radius, 0 to 10.")
        {
            features, labels,
        };
        selection.AddTo(command);
        foreach (Option option in new Option[] { queries, training, seeds, seed, timed, rows, report, figures })
            command.Add(option);
        command.Notes = () => Notes + "\n\n" + ModelVariants.Describe();
        command.SetBody(async context =>
        {
            var files = new ReportFiles(context.Get(report), context.Get(figures));
            files.Check(context.Get(features), context.Get(labels));
            var plan = new RadiusPlan
            {
                Models = selection.Models(context),
                Bits = selection.Bits(context),
                QueryCount = context.Get(queries) ?? 1_000,
                TrainingCount = context.Get(training) ?? 1_198,
                SeedCount = context.Get(seeds) ?? 3,
                FirstSeed = context.Get(seed),
                TimedQueryCount = context.Get(timed) ?? 20,
            };
            LabelledRows data = LabelledRows.Read(context.Get(features), context.Get(labels), context.Get(rows));
            plan.CheckFits(data);

            IReadOnlyList<RadiusFigures> results = await context.WithProgressAsync(
                "Training and measuring", plan.Steps, progress => RadiusRun.Run(plan, data, progress, context.CancellationToken));
            RadiusOutput.Write(context, results);
            files.Write(() => RadiusReport.Create(plan, data, results), RadiusReport.Charts(results));
        });
        return command;
    }
}
