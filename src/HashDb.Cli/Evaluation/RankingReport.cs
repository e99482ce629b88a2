using HashDb.Cli.Output;
using HashDb.Cli.Report;
using HashDb.Models.Evaluation;
using static HashDb.Cli.Report.HtmlPage;

namespace HashDb.Cli.Evaluation;

/// <summary>The report of a ranking, and the curves that rankings are drawn as.</summary>
internal static class RankingReport
{
    public static string Create(string path, RankingFigures figures) => HtmlPage.Create("HashDb: ranking by Hamming distance", html =>
    {
        RankingEvaluationResult result = figures.Result;
        html.Append(I($"""
            <h1>Ranking by Hamming distance</h1>
            <p class="lead">{E(path)}: {E(figures.Kind)}, {figures.BitCount} bits. {result.QueryCount:N0} queries, each ranked against {figures.SearchedCount:N0} other rows.</p>
            <div class="facts">
            <div><b>{result.MeanAveragePrecision:F3}</b><span>mean average precision, ties in the order of the file ({result.ExpectedMeanAveragePrecision:F3} expected over ties)</span></div>
            <div><b>{result.MeanPrecisionWithinRadius:F3}</b><span>mean precision within {result.PrecisionRadius} bits, a query that finds nothing counting as 0</span></div>
            <div><b>{result.EmptyShare:P1}</b><span>of the queries find nothing within {result.PrecisionRadius} bits</span></div>
            <div><b>{figures.EncodeTime.TotalMicroseconds:F1} µs</b><span>to encode one query on one thread ({figures.BatchEncodeTime.TotalMicroseconds:F1} µs in a batch on all cores)</span></div>
            </div>

            """));
        html.Append("<h2>Curves</h2>\n<div class=\"charts\">\n").AppendJoin(
            "", Charts([(figures.Kind, figures)]).Select(chart => chart.ToHtml()))
            .Append("</div>\n");
        AppendTable(
            html,
            ["", "Value"],
            RankingOutput.Properties(figures).Select(property => new[] { property.Name, Terminal.Format(property.Value) }));
        html.Append(
            "<h2>Within each radius</h2>\n<p>Pooled over the queries: everything within the radius counts once for each query "
            + "that finds it.</p>\n");
        AppendTable(
            html,
            ["Radius", "Precision", "Recall"],
            result.PrecisionRecall.Select(point => new[] { I($"{point.Radius}"), I($"{point.Precision:F4}"), I($"{point.Recall:F4}") }));
        html.Append(Footer("hashdb evaluate ranking", ""));
    });

    /// <summary>Precision over recall, and both over the radius, one line a model.</summary>
    public static IEnumerable<NamedChart> Charts(IReadOnlyList<(string Name, RankingFigures Figures)> rankings)
    {
        double[] precisions = [.. rankings.SelectMany(ranking => ranking.Figures.Result.PrecisionRecall).Select(point => point.Precision)];
        ChartAxis Recall() => ChartAxis.Linear("recall", 0, 1, 0.2);
        ChartAxis Precision() => ChartAxis.FromZero("precision", precisions);
        ChartAxis Radius() => ChartAxis.FromZero("Hamming radius, bits", rankings.Select(ranking => (double)ranking.Figures.BitCount));

        yield return new NamedChart(
            "precision-recall", "Precision and recall", "of everything within a radius, pooled over queries; one point a radius",
            Draw(rankings, Recall(), Precision(), point => (point.Precision > 0 ? point.Recall : double.NaN, point.Precision)));
        yield return new NamedChart("ranking-precision", "Precision by radius", "of everything within the radius, pooled over queries",
            Draw(rankings, Radius(), Precision(), point => (point.Radius, point.Precision)));
        yield return new NamedChart("ranking-recall", "Recall by radius", "share of the similar rows that lie within the radius",
            Draw(rankings, Radius(), Recall(), point => (point.Radius, point.Recall)));
    }

    private static CurveChart Draw(
        IReadOnlyList<(
            string Name,
            RankingFigures Figures)> rankings, ChartAxis x, ChartAxis y, Func<PrecisionRecallPoint, (double X, double Y)> place)
    {
        var chart = new CurveChart(x, y);
        foreach ((string name, RankingFigures figures) in rankings)
        {
            chart.Add(new ChartSeries(name, [.. figures.Result.PrecisionRecall.Select(point => new ChartPoint(
                place(point).X, place(point).Y, I(
                    $"{name}, radius {point.Radius}: precision {point.Precision:F3}, recall {point.Recall:F3}")))]));
        }

        return chart;
    }
}
