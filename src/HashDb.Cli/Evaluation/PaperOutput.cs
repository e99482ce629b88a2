using System.Globalization;
using System.Text.Json;

namespace HashDb.Cli.Evaluation;

/// <summary>Prints the comparison: a JSON line for each training as it ends, or a table at the end.</summary>
internal static class PaperOutput
{
    public static readonly string[] Columns =
    [
        "Model", "Training rows", "Points", "mAP published", "mAP reference", "mAP ours",
        "Precision within 2, published", "reference", "ours", "Training, s", "Encode, µs",
    ];

    /// <summary>One training as a JSON line; nothing when tables are wanted.</summary>
    public static void WriteLine(CommandContext context, PaperPlan plan, PaperResult result)
    {
        if (!context.Json)
            return;
        context.Lines.Write(json =>
        {
            RankingFigures figures = result.Figures;
            json.WriteString("row", result.Row.Name);
            json.WriteString("model", result.Row.Model.Name);
            json.WriteNumber("train", result.Row.TrainingCount);
            json.WriteNumber("test", plan.TestCount);
            json.WriteNumber("points", result.Row.Points);
            json.WriteNumber("bits", figures.BitCount);

            // What is known of others is known for 16 bits.
            WriteKnown(json, "published", figures.BitCount == 16 ? result.Row.Published : null);
            WriteKnown(json, "reference", figures.BitCount == 16 ? result.Row.Reference : null);
            json.WriteNumber("mAP", figures.Result.MeanAveragePrecision);
            json.WriteNumber("mAPTies", figures.Result.ExpectedMeanAveragePrecision);
            json.WriteNumber("precisionRadius2", figures.Result.MeanPrecisionWithinRadius);
            json.WriteNumber("emptyRadius2", figures.Result.EmptyShare);
            json.WriteNumber("trainSeconds", result.TrainingTime.TotalSeconds);
            json.WriteNumber("encodeMicroseconds", figures.EncodeTime.TotalMicroseconds);
            json.WriteStartObject("settings");
            foreach (IGrouping<string, KeyValuePair<string, string>> setting in result.Row.Model.Settings.GroupBy(setting => setting.Key))
                json.WriteString(setting.Key, setting.Last().Value);
            json.WriteEndObject();
        });
    }

    public static void WriteTable(CommandContext context, IReadOnlyList<PaperResult> results)
    {
        if (!context.Json)
            context.Terminal.WriteTable(
                "Leave-one-out over rows that were not trained on",
                Columns,
                results.Select(result => (IReadOnlyList<object?>)[.. Cells(result)]));
    }

    /// <summary>One line of the table.</summary>
    public static string[] Cells(PaperResult result)
    {
        PaperRow row = result.Row;
        bool comparable = result.Figures.BitCount == 16;
        return
        [
            row.Name,
            Count(row.TrainingCount),
            row.Points > 0 ? Count(row.Points) : "",
            Known(comparable ? row.Published : null, row, figure => figure.MeanAveragePrecision),
            Known(comparable ? row.Reference : null, row, figure => figure.MeanAveragePrecision),
            Ratio(result.Figures.Result.MeanAveragePrecision),
            Known(comparable ? row.Published : null, row, figure => figure.PrecisionWithinRadius),
            Known(comparable ? row.Reference : null, row, figure => figure.PrecisionWithinRadius),
            Ratio(result.Figures.Result.MeanPrecisionWithinRadius),
            result.TrainingTime.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture),
            result.Figures.EncodeTime.TotalMicroseconds.ToString("F1", CultureInfo.InvariantCulture),
        ];
    }

    // A star says that the value is of a larger training set than ours.
    private static string Known(KnownFigure? figure, PaperRow row, Func<KnownFigure, double> value) => figure is null ? ""
        : Ratio(value(figure)) + (figure.TrainingCount == row.TrainingCount ? "" : "*");

    private static string Ratio(double value) => value.ToString("F3", CultureInfo.InvariantCulture);

    private static string Count(int value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static void WriteKnown(Utf8JsonWriter json, string name, KnownFigure? figure)
    {
        if (figure is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteNumber("mAP", figure.MeanAveragePrecision);
        json.WriteNumber("precisionRadius2", figure.PrecisionWithinRadius);
        json.WriteNumber("train", figure.TrainingCount);
        json.WriteEndObject();
    }
}
