using System.Text;
using HashDb.Cli.Demo;
using static HashDb.Cli.Report.HtmlPage;

namespace HashDb.Cli.Report;

/// <summary>The part of the demo's report that compares random with learned hash functions.</summary>
internal static class ComparisonSection
{
    public static void Append(StringBuilder html, DemoFigures figures)
    {
        IReadOnlyList<ComparisonFigures> models = figures.Comparison;
        int searched = figures.ImageCount - ModelComparison.QueryCount - ModelComparison.TrainingCount;
        html.Append(I($"""
            <h2>Learned hash functions</h2>
            <p>The same pictures under {ModelComparison.BitCount} bits of three kinds. LSH draws hyperplanes at random. GRH starts from those and moves them until
            pictures of one class share their bits; GPH learns each bit with a Gaussian process. Both learned from {ModelComparison.TrainingCount:N0} labelled
            pictures; {ModelComparison.QueryCount:N0} others are the queries, and the remaining {searched:N0} are searched, each kind in a collection of its own.
            A hash function that puts a whole class into one bucket is precise at radius 0 and has much to compare, so read precision beside items
            compared.</p>
            <div class="charts">

            """));
        int last = models[0].Radii[^1].Radius;
        double[] candidates = [.. models.SelectMany(model => model.Radii).Select(r => r.MeanCandidates)];
        ChartAxis Radius() => ChartAxis.Linear("Hamming radius, bits", 0, last, 1);
        ChartAxis Precision() => ChartAxis.Linear("precision@10", 0, 1, 0.2);
        ChartAxis Candidates() => ChartAxis.PowersOfTen("items compared, mean of a query", candidates);
        html.Append(Figure(
            Draw(models, Radius(), Precision(), r => (r.Radius, r.StrictPrecision)),
            "precision@10 by radius",
            "all queries, unanswered count as 0"));
        html.Append(Figure(
            Draw(models, Radius(), Candidates(), r => (r.Radius, r.MeanCandidates)),
            "Items compared by radius",
            I($"mean over queries, logarithmic, out of {searched:N0}")));
        html.Append(Figure(
            Draw(models, Candidates(), Precision(), r => (r.MeanCandidates, r.StrictPrecision)),
            "What precision costs",
            "precision@10 against items compared; one point a radius"));
        html.Append("</div>\n");
        AppendTable(
            html,
            ["Radius", .. models.SelectMany(model => new[] { $"{model.Name}, precision@10", "items compared" })],
            models[0].Radii.Select((radius, i) => (IEnumerable<string>)
                [
                    I($"{radius.Radius}"),
                    .. models.SelectMany(
                        model => new[] { I($"{model.Radii[i].StrictPrecision:F3}"), I($"{model.Radii[i].MeanCandidates:N1}") })
                ]));
        html.Append("<p>Trained in ").AppendJoin(", ", models.Select(model => I($"{model.TrainingTime.TotalSeconds:F2} s ({model.Name})")))
            .Append(".</p>\n");
    }

    private static CurveChart Draw(
        IReadOnlyList<ComparisonFigures> models, ChartAxis x, ChartAxis y, Func<RadiusFigures, (double X, double Y)> place)
    {
        var chart = new CurveChart(x, y);
        foreach (ComparisonFigures model in models)
        {
            chart.Add(new ChartSeries(model.Name, [.. model.Radii.Select(r => new ChartPoint(
                place(r).X, place(r).Y, I(
                    $"{model.Name}, radius {r.Radius}: {r.StrictPrecision:F3} comparing {r.MeanCandidates:N1} items")))]));
        }

        return chart;
    }
}
