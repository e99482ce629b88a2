using System.CommandLine;
using HashDb.Cli.Input;
using HashDb.Cli.Report;
using HashDb.Models;
using HashDb.Models.Data;
using HashDb.Models.Files;

namespace HashDb.Cli.Evaluation;

/// <summary><c>hashdb evaluate ranking</c>: how well the Hamming distance of a model orders rows.</summary>
internal static class RankingCommand
{
    private const string Notes = """
        Each row is a query once, against all the others, or against the rows of --database. Rows are ordered by Hamming distance.
          mAP                      mean average precision, rows at one distance ordered as in the file
          mAPTies                  the same, expected over all orders of the rows at one distance
          precisionRadius2         mean precision within 2 bits; a query that finds nothing counts as 0
          emptyRadius2             share of the queries that find nothing within 2 bits
          encodeMicroseconds       time of encoding one query, one after the other on one thread
          encodeMicrosecondsBatch  time of a query when all are encoded in one batch on all cores
          precisionRecall          precision and recall of everything within each radius, pooled over the queries
        Rows that the model was trained on make it look better than it is: choose others with --rows.
        """;

    public static Command Create()
    {
        var modelFile = new Option<string>("--model") { HelpName = "MODEL", Description = "A model file.", Required = true };
        Option<string> features = CommonOptions.Features();
        Option<string> labels = CommonOptions.Labels();
        Option<RowRange?> rows = CommonOptions.Rows();
        var database =
            new Option<string?>("--database") { HelpName = "FILE", Description = "Vectors to search instead of the queries themselves." };
        var databaseLabels = new Option<string?>("--database-labels") { HelpName = "FILE", Description = "Labels of --database." };
        Option<string?> report = CommonOptions.Report();
        Option<string?> figures = CommonOptions.Figures();

        var command =
            new NotedCommand("ranking", "Mean average precision, precision within two bits and the precision-recall curve of a model.")
        {
            modelFile, features, labels, rows, database, databaseLabels, report, figures,
        };
        command.Notes = () => Notes;
        command.Validators.Add(result =>
        {
            if ((result.GetResult(database) is null) != (result.GetResult(databaseLabels) is null))
                result.AddError("--database and --database-labels belong together: give both or none.");
        });
        command.SetBody(async context =>
        {
            var files = new ReportFiles(context.Get(report), context.Get(figures));
            files.Check(
                context.Get(modelFile), context.Get(features), context.Get(labels), context.Get(database), context.Get(databaseLabels));
            string path = context.Get(modelFile);
            IHashModel model = HashModelFile.Load(path);
            LabelledRows queries = Read(model, context.Get(features), context.Get(labels), context.Get(rows));
            LabelledRows? searched = context.Get(database) is { } file ? Read(model, file, context.Get(databaseLabels)!, null) : null;
            if (queries.Count < (searched is null ? 2 : 1) || searched is { Count: 0 })
                throw new ArgumentException(
                    $"There are {queries.Count} queries and {searched?.Count ?? queries.Count} rows to search: too few to rank.");

            RankingFigures result =
                await context.WithProgressAsync("Ranking", 1, _ => RankingRun.Run(model, queries, searched, context.CancellationToken));
            RankingOutput.Write(context, path, result);
            files.Write(() => RankingReport.Create(path, result), RankingReport.Charts([(model.Kind, result)]));
        });
        return command;
    }

    private static LabelledRows Read(IHashModel model, string featuresPath, string labelsPath, RowRange? rows)
    {
        using (IFeatureReader reader = FeatureFile.Open(featuresPath, rows))
        {
            if (reader.Dimensions != model.Dimensions)
                throw new ArgumentException(
                    $"{featuresPath} has vectors of {reader.Dimensions} dimensions, the model wants {model.Dimensions}.");
        }

        return LabelledRows.Read(featuresPath, labelsPath, rows);
    }
}
