using System.Globalization;
using HashDb.Cli.Input;
using HashDb.Cli.Report;
using static HashDb.Cli.Report.HtmlPage;

namespace HashDb.Cli.Evaluation;

/// <summary>The report of the comparison: the table with the values of others beside ours, and curves.</summary>
internal static class PaperReport
{
    /// <summary>The lines whose precision-recall curves are drawn: one of each family.</summary>
    private static readonly string[] Drawn =
        [
            PaperRows.Lsh,
            PaperRows.Itq,
            PaperRows.CcaItq,
            PaperRows.GrhSvm95,
            PaperRows.GrhCca,
            PaperRows.GrhKernel,
            PaperRows.GphFull,
            PaperRows.GphKMeans
        ];

    public static string Create(PaperPlan plan, LabelledRows data, IReadOnlyList<PaperResult> results, IReadOnlyList<PaperResult> byBits) =>
        HtmlPage.Create("HashDb: the published comparison", html =>
        {
            PaperResult best = results.MaxBy(result => result.Figures.Result.MeanAveragePrecision)!;
            html.Append(I($"""
                <h1>Learned hashing: published, reference, ours</h1>
                <p class="lead">{data.Count:N0} rows of {data.Features.Dimensions} dimensions, hashcodes of {plan.BitCount} bits. {plan.TestCount:N0} rows are held out at random
                (seed {plan.Seed}); each is a query against the other {plan.TestCount - 1:N0}. Models are trained on rows that are not held out.</p>
                <div class="facts">
                <div><b>{best.Figures.Result.MeanAveragePrecision:F3}</b><span>the best mAP: {E(best.Row.Title)}, {best.Row.TrainingCount:N0} training rows</span></div>
                <div><b>{results.First(result => result.Row.Name == PaperRows.Lsh).Figures.Result.MeanAveragePrecision:F3}</b><span>mAP of random hyperplanes</span></div>
                <div><b>{best.TrainingTime.TotalSeconds:F1} s</b><span>to train the best, on {Environment.ProcessorCount} cores</span></div>
                <div><b>{best.Figures.EncodeTime.TotalMicroseconds:F1} µs</b><span>for it to encode one query on one thread</span></div>
                </div>
                <h2>The table</h2>

                """));
            AppendComparison(html, results);
            html.Append(I($"""
                <p>mAP: mean average precision over the ranking by Hamming distance, ties in the order of the file. Precision within 2: mean share of similar rows
                within two bits, a query that finds nothing counting as 0. Published: {E(KnownFigures.PublishedSource)}. Reference: {E(KnownFigures.ReferenceSource)}.
                * trained on more rows than ours, which are those that are not held out. Points: inducing points, or anchors of the kernel. Training times are of this run, on
                {Environment.ProcessorCount} cores, reading not included.</p>
                <h2>Curves</h2>
                <div class="charts">

                """));
            html.AppendJoin("", Charts(results, byBits).Select(chart => chart.ToHtml())).Append("</div>\n");
            html.Append(Footer("hashdb evaluate paper", ""));
        });

    /// <summary>Precision-recall curves, mAP by bits, and mAP by training time.</summary>
    public static IEnumerable<NamedChart> Charts(IReadOnlyList<PaperResult> results, IReadOnlyList<PaperResult> byBits)
    {
        PaperResult[] small = [.. results.Where(result => result.Row.TrainingCount == results[0].Row.TrainingCount)];
        (string, RankingFigures)[] rankings =
        [
            .. Drawn.Select(name => small.LastOrDefault(result => result.Row.Name == name)).OfType<PaperResult>()
                .Select(result => (result.Row.Title, result.Figures))
        ];
        foreach (NamedChart chart in RankingReport.Charts(rankings))
            yield return chart with { FileName = "paper-" + chart.FileName };
        yield return ByBits(byBits);
        yield return ByTime(results);
    }

    private static NamedChart ByBits(IReadOnlyList<PaperResult> byBits)
    {
        var chart = new CurveChart(
            ChartAxis.Chosen("bits of a hashcode", [.. PaperPlan.Lengths.Select(bits => (double)bits)]),
            ChartAxis.FromZero("mAP", byBits.Select(result => result.Figures.Result.MeanAveragePrecision)));
        foreach (IGrouping<string, PaperResult> line in byBits.GroupBy(result => result.Row.Title))
        {
            chart.Add(new ChartSeries(line.Key, [.. line.Select(result => new ChartPoint(
                result.Figures.BitCount,
                result.Figures.Result.MeanAveragePrecision,
                I($"{line.Key}, {result.Figures.BitCount} bits: mAP {result.Figures.Result.MeanAveragePrecision:F3}")))]));
        }

        return new NamedChart("paper-bits", "mAP by bits", I($"{byBits[0].Row.TrainingCount:N0} training rows"), chart);
    }

    private static NamedChart ByTime(IReadOnlyList<PaperResult> results)
    {
        PaperResult[] learned = [.. results.Where(result => result.Row.Name != PaperRows.Lsh)];
        var chart = new CurveChart(
            ChartAxis.PowersOfTen("training time, s", learned.Select(result => result.TrainingTime.TotalSeconds)),
            ChartAxis.FromZero("mAP", learned.Select(result => result.Figures.Result.MeanAveragePrecision)));
        foreach (IGrouping<string, PaperResult> line in learned.GroupBy(LineOf))
        {
            chart.Add(new ChartSeries(line.Key, [.. line.OrderBy(result => result.TrainingTime).Select(result => new ChartPoint(
                result.TrainingTime.TotalSeconds,
                result.Figures.Result.MeanAveragePrecision,
                TitleOf(result)))], IsScatter: true));
        }

        return new NamedChart("paper-time", "What accuracy costs to train", "each point a line of the table, logarithmic", chart);
    }

    private static string LineOf(PaperResult result) => result.Row.Name.Split(',')[0]
        + (result.Row.Name.Contains("k-means", StringComparison.Ordinal) ? ", k-means points" : "");

    private static string TitleOf(PaperResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"{result.Row.Title}, {result.Row.TrainingCount:N0} rows: mAP {result.Figures.Result.MeanAveragePrecision:F3} "
        + $"in {result.TrainingTime.TotalSeconds:F1} s");

    private static void AppendComparison(System.Text.StringBuilder html, IReadOnlyList<PaperResult> results)
    {
        html.Append("<div class=\"scroll\"><table>\n<tr>").AppendJoin("", PaperOutput.Columns.Select(column => $"<th>{E(column)}</th>"))
            .Append("</tr>\n");
        foreach (IGrouping<int, PaperResult> group in results.GroupBy(result => result.Row.TrainingCount))
        {
            html.Append(I($"<tr class=\"group\"><td colspan=\"{PaperOutput.Columns.Length}\">{group.Key:N0} training rows</td></tr>\n"));
            foreach (PaperResult result in group)
            {
                string[] cells = PaperOutput.Cells(result);
                html.Append("<tr>");
                for (int i = 0; i < cells.Length; i++)
                {
                    bool ours = PaperOutput.Columns[i].EndsWith("ours", StringComparison.Ordinal);
                    html.Append(ours ? "<td class=\"ours\">" : "<td>").Append(E(cells[i])).Append("</td>");
                }
                html.Append("</tr>\n");
            }
        }

        html.Append("</table></div>\n");
    }
}
