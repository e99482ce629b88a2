using System.Globalization;
using HashDb.Models.Evaluation;

namespace HashDb.Cli.Evaluation;

/// <summary>Prints an evaluation by radius: a JSON line, or a table, for each model and length.</summary>
internal static class RadiusOutput
{
    public static void Write(CommandContext context, IReadOnlyList<RadiusFigures> results)
    {
        foreach (RadiusFigures figures in results)
        {
            if (context.Json)
                WriteLine(context, figures);
            else
                WriteTable(context, figures);
        }
    }

    private static void WriteLine(CommandContext context, RadiusFigures figures) => context.Lines.Write(json =>
    {
        json.WriteString("model", figures.Model);
        json.WriteNumber("bits", figures.BitCount);
        json.WriteNumber("fitSeconds", figures.FitTime.TotalSeconds);
        json.WriteStartObject("radius");
        foreach (RadiusPoint point in figures.Result.Points)
        {
            json.WriteStartObject(point.Radius.ToString(CultureInfo.InvariantCulture));
            if (point.AnsweredShare > 0)
                json.WriteNumber("seed", point.PrecisionOfAnswered);
            else
                json.WriteNull("seed");
            json.WriteNumber("strict", point.Precision);
            json.WriteNumber("answered", point.AnsweredShare);
            json.WriteNumber("candidates", point.MeanCandidates);
            if (point.MeanQueryTime > TimeSpan.Zero)
                json.WriteNumber("milliseconds", point.MeanQueryTime.TotalMilliseconds);
            else
                json.WriteNull("milliseconds");
            json.WriteEndObject();
        }

        json.WriteEndObject();
    });

    private static void WriteTable(CommandContext context, RadiusFigures figures) => context.Terminal.WriteTable(
        string.Create(
            CultureInfo.InvariantCulture, $"{figures.Model}, {figures.BitCount} bits, trained in {figures.FitTime.TotalSeconds:F2} s"),
        ["Radius", "precision@10, answered", "precision@10, all", "Answered", "Candidates", "Milliseconds"],
        figures.Result.Points.Select(point => (IReadOnlyList<object?>)[.. Cells(point)]));

    /// <summary>One radius as the cells of a table.</summary>
    public static string[] Cells(RadiusPoint point) =>
    [
        point.Radius.ToString(CultureInfo.InvariantCulture),
        point.AnsweredShare > 0 ? point.PrecisionOfAnswered.ToString("F3", CultureInfo.InvariantCulture) : "-",
        point.Precision.ToString("F3", CultureInfo.InvariantCulture),
        point.AnsweredShare.ToString("P1", CultureInfo.InvariantCulture),
        point.MeanCandidates.ToString("N1", CultureInfo.InvariantCulture),
        point.MeanQueryTime > TimeSpan.Zero ? point.MeanQueryTime.TotalMilliseconds.ToString("F3", CultureInfo.InvariantCulture) : "-",
    ];
}
