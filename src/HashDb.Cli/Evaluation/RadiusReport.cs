using HashDb.Cli.Input;
using HashDb.Cli.Report;
using HashDb.Models.Evaluation;
using static HashDb.Cli.Report.HtmlPage;

namespace HashDb.Cli.Evaluation;

/// <summary>The report of an evaluation by radius: curves over the radius and over the work, and all figures.</summary>
internal static class RadiusReport
{
    /// <summary>More lines than this in one drawing cannot be told apart.</summary>
    private const int MaxSeries = 9;

    private static readonly string[] Columns =
    [
        "Radius", "precision@10, answered only", "precision@10, all queries", "Answered", "Candidates, mean", "Milliseconds, mean"
    ];

    public static string Create(RadiusPlan plan, LabelledRows data, IReadOnlyList<RadiusFigures> results) =>
        HtmlPage.Create("HashDb: precision by Hamming radius", html =>
    {
        int database = data.Count - plan.QueryCount - plan.TrainingCount;
        html.Append(I($"""
            <h1>Precision, candidates and time by Hamming radius</h1>
            <p class="lead">{plan.QueryCount:N0} queries, {plan.TrainingCount:N0} training rows and {database:N0} rows to search, of {data.Features.Dimensions} dimensions;
            means over {plan.SeedCount} random {(plan.SeedCount == 1 ? "division" : "divisions")}, seeds from {plan.FirstSeed}.</p>
            <p>Candidates are the rows whose hashcode differs from the query's in at most <i>radius</i> bits. The ten nearest of them by cosine are
            looked at; precision@10 is the number that share a label with the query, divided by ten. Queries without a candidate are left out
            (&ldquo;answered&rdquo;) or count as 0 (&ldquo;all&rdquo;). A model that puts everything into one bucket is precise too: read precision
            beside candidates.</p>

            """));
        html.Append("<div class=\"charts\">\n").AppendJoin("", Charts(results).Select(chart => chart.ToHtml())).Append("</div>\n");
        html.Append(
            "<p>Times are those of a linear scan: one thread encodes the query, compares its hashcode with every one of the "
            + "database, and measures and orders the candidates.</p>\n");
        foreach (RadiusFigures figures in results)
        {
            html.Append(I(
                $"<h2>{E(figures.Model)}, {figures.BitCount} bits</h2>\n<p>Trained in {figures.FitTime.TotalSeconds:F2} s (mean).</p>\n"));
            AppendTable(html, Columns, figures.Result.Points.Select(RadiusOutput.Cells));
        }

        html.Append(Footer("hashdb evaluate radius", ""));
    });

    /// <summary>The curves, for the page and as files. Many models give several drawings of each.</summary>
    public static IEnumerable<NamedChart> Charts(IReadOnlyList<RadiusFigures> results)
    {
        foreach ((int part, RadiusFigures[] some) in results.Chunk(MaxSeries).Index())
        {
            foreach (NamedChart chart in ChartsOf(some))
                yield return part == 0 ? chart : chart with { FileName = FormattableString.Invariant($"{chart.FileName}-{part + 1}") };
        }
    }

    private static IEnumerable<NamedChart> ChartsOf(RadiusFigures[] results)
    {
        ChartAxis Radius() => ChartAxis.Linear("Hamming radius, bits", 0, results[0].Result.Points[^1].Radius, 1);
        ChartAxis Candidates() =>
            ChartAxis.PowersOfTen(
                "candidates, mean of a query", results.SelectMany(r => r.Result.Points).Select(p => Math.Max(0.1, p.MeanCandidates)));
        ChartAxis Precision() =>
            ChartAxis.FromZero("precision@10", results.SelectMany(r => r.Result.Points).Select(p => p.PrecisionOfAnswered));

        yield return Draw(
            results,
            "radius-precision",
            "precision@10 by radius, answered queries",
            "queries without a candidate are left out",
            Radius(),
            Precision(),

            p => p.AnsweredShare > 0 ? (p.Radius, p.PrecisionOfAnswered) : (double.NaN, double.NaN));
        yield return Draw(
            results,
            "radius-strict",
            "precision@10 by radius, all queries",
            "queries without a candidate count as 0",
            Radius(),
            Precision(),
            p => (p.Radius, p.Precision));
        yield return Draw(
            results,
            "radius-candidates",
            "Candidates by radius",
            "mean over queries, logarithmic",
            Radius(),
            Candidates(),
            p => (p.Radius, p.MeanCandidates));
        yield return Draw(
            results,
            "radius-trade-off",
            "What precision costs",
            "precision@10 of all queries against candidates; one point a radius",
            Candidates(),
            Precision(),
            p => (p.MeanCandidates, p.Precision));
        if (results.Any(r => r.Result.Points.Any(p => p.MeanQueryTime > TimeSpan.Zero)))
        {
            ChartAxis times = ChartAxis.PowersOfTen(
                "milliseconds", results.SelectMany(r => r.Result.Points).Select(p => p.MeanQueryTime.TotalMilliseconds));
            yield return Draw(
                results,
                "radius-time",
                "Time of a query by radius",
                "one thread, linear scan, logarithmic",
                Radius(),
                times,
                p => (p.Radius, p.MeanQueryTime.TotalMilliseconds));
        }
    }

    private static NamedChart Draw(
        RadiusFigures[] results, string file, string title, string caption, ChartAxis x, ChartAxis y, Func<RadiusPoint,
        (double X, double Y)> place)
    {
        bool severalLengths = results.Select(r => r.BitCount).Distinct().Count() > 1;
        var chart = new CurveChart(x, y);
        foreach (RadiusFigures figures in results)
        {
            string name = figures.Title(severalLengths);
            chart.Add(new ChartSeries(name, [.. figures.Result.Points.Select(p => new ChartPoint(
                place(p).X, place(p).Y, I(
                    $"{name}, radius {p.Radius}: {p.Precision:F3} over all queries, {p.MeanCandidates:N1} candidates")))]));
        }

        return new NamedChart(file, title, caption, chart);
    }
}
