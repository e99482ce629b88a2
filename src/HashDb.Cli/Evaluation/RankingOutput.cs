using System.Globalization;
using HashDb.Models.Evaluation;

namespace HashDb.Cli.Evaluation;

/// <summary>Prints a ranking: one JSON object, or a table.</summary>
internal static class RankingOutput
{
    public static void Write(CommandContext context, string path, RankingFigures figures)
    {
        RankingEvaluationResult result = figures.Result;
        if (!context.Json)
        {
            context.Terminal.WriteProperties(path, Properties(figures));
            return;
        }

        context.Lines.Write(json =>
        {
            json.WriteString("model", path);
            json.WriteString("kind", figures.Kind);
            json.WriteNumber("bits", figures.BitCount);
            json.WriteNumber("tables", figures.TableCount);
            json.WriteNumber("queries", result.QueryCount);
            json.WriteNumber("queriesWithoutSimilar", result.QueriesWithoutSimilar);
            json.WriteNumber("searched", figures.SearchedCount);
            json.WriteNumber("distinctHashcodes", result.DistinctHashcodes);
            json.WriteNumber("mAP", result.MeanAveragePrecision);
            json.WriteNumber("mAPTies", result.ExpectedMeanAveragePrecision);
            json.WriteNumber("precisionRadius2", result.MeanPrecisionWithinRadius);
            json.WriteNumber("emptyRadius2", result.EmptyShare);
            json.WriteNumber("encodeMicroseconds", figures.EncodeTime.TotalMicroseconds);
            json.WriteNumber("encodeMicrosecondsBatch", figures.BatchEncodeTime.TotalMicroseconds);
            json.WriteStartArray("precisionRecall");
            foreach (PrecisionRecallPoint point in result.PrecisionRecall)
            {
                json.WriteStartObject();
                json.WriteNumber("radius", point.Radius);
                json.WriteNumber("precision", point.Precision);
                json.WriteNumber("recall", point.Recall);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    /// <summary>The figures by name, as people read them.</summary>
    public static IEnumerable<(string Name, object? Value)> Properties(RankingFigures figures) =>
    [
        ("Kind", figures.Kind),
        ("Bits", figures.BitCount),
        ("Tables", figures.TableCount),
        ("Queries", figures.Result.QueryCount),
        ("Queries to which nothing is similar", figures.Result.QueriesWithoutSimilar),
        ("Rows searched by each", figures.SearchedCount),
        ("Distinct hashcodes", figures.Result.DistinctHashcodes),
        ("mAP, ties in the order of the file", Ratio(figures.Result.MeanAveragePrecision)),
        ("mAP, expected over ties", Ratio(figures.Result.ExpectedMeanAveragePrecision)),
        ("Precision within 2 bits", Ratio(figures.Result.MeanPrecisionWithinRadius)),
        ("Queries with nothing within 2 bits", Ratio(figures.Result.EmptyShare)),
        ("Encode one query, µs", figures.EncodeTime.TotalMicroseconds),
        ("Encode a query in a batch, µs", figures.BatchEncodeTime.TotalMicroseconds),
    ];

    private static string Ratio(double value) => value.ToString("F4", CultureInfo.InvariantCulture);
}
