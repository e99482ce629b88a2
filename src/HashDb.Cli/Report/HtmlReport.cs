// The demo's report: one HTML file with everything inside, so that it opens from disk, travels by mail and can be printed.
// Each section says what its figures are and how they came about.
using System.Globalization;
using System.Text;
using HashDb.Cli.Demo;
using HashDb.Models;
using static HashDb.Cli.Report.HtmlPage;

namespace HashDb.Cli.Report;

internal static class HtmlReport
{
    /// <summary>The head of the page names the smallest radius whose precision is this near to that of comparing everything.</summary>
    private const double CloseEnough = 0.02;

    public static string Create(DemoFigures figures, ImageSet images)
    {
        return HtmlPage.Create("HashDb demo", html =>
        {
            AppendHead(html, figures);
            AppendCrashes(html, figures);
            AppendCurves(html, figures);
            ComparisonSection.Append(html, figures);
            LiveSection.Append(html, figures);
            AppendGallery(html, figures, images);
            AppendMethod(html, figures);
        });
    }

    private static void AppendHead(StringBuilder html, DemoFigures figures)
    {
        int acknowledged = figures.Crashes.Sum(round => round.Acknowledged);
        RadiusFigures chosen = figures.Radii.FirstOrDefault(r => r.StrictPrecision >= figures.Exhaustive.StrictPrecision - CloseEnough)
            ?? figures.Radii[^1];
        html.Append("<h1>10,000 pictures: hashed, stored, killed, reopened, searched</h1>\n".Replace(
            "10,000", N(figures.ImageCount), StringComparison.Ordinal));
        html.Append(I($"""
            <p class="lead">The test images of Fashion-MNIST ({figures.Dimensions} grey values each) under {figures.BitCount} random hyperplanes.
            Every figure on this page was measured in the run that wrote it.</p>
            <div class="facts">
            <div><b>{figures.Crashes.Sum(round => round.Lost):N0} lost</b><span>of {acknowledged:N0} items that an import acknowledged before SIGKILL ended it, in {figures.Crashes.Count} crashes</span></div>
            <div><b>{figures.Exhaustive.StrictPrecision:F3}</b><span>precision@10 when all items are compared</span></div>
            <div><b>{chosen.StrictPrecision:F3}</b><span>precision@10 within {chosen.Radius} bits, comparing {chosen.MeanCandidates / (figures.ImageCount - 1):P1} of the items (the smallest radius within {CloseEnough} of all)</span></div>
            <div><b>{figures.TotalTime.TotalSeconds:F1} s</b><span>for all of it, on {Environment.ProcessorCount} cores</span></div>
            </div>

            """));
    }

    private static void AppendCrashes(StringBuilder html, DemoFigures figures)
    {
        html.Append(I($"""
            <h2>Killed in the middle of an import</h2>
            <p>Another process imports the pictures that are still missing, {figures.CrashBatchSize} in a batch, and prints an acknowledgement
            after each batch. In the middle it is killed with SIGKILL, which no program can catch. Then the database is opened again, and
            every item is compared with its picture: vector bit for bit, label, and the bucket of its hashcode.</p>
            <div class="scroll"><table>
            <tr><th>Crash</th><th>Stored before</th><th>Offered</th><th>Acknowledged when killed</th><th>Acknowledged and lost</th><th>Stored, not yet acknowledged</th><th>Items compared</th><th>Time to open</th></tr>

            """));
        for (int i = 0; i < figures.Crashes.Count; i++)
        {
            CrashRound round = figures.Crashes[i];
            html.Append(I($"<tr><td>{i + 1}</td><td>{round.StoredBefore:N0}</td><td>{round.Offered:N0}</td>"));
            html.Append(I($"<td>{round.Acknowledged:N0}</td><td class=\"{(round.Lost == 0 ? "good" : "bad")}\">{round.Lost:N0}</td>"));
            html.Append(I($"<td>{round.FoundUnacknowledged:N0}</td><td>{round.Checked:N0}</td>"));
            html.Append(I($"<td>{round.OpenTime.TotalMilliseconds:N0} ms</td></tr>\n"));
        }

        html.Append(I($"""
            </table></div>
            <p>An item may be stored although its acknowledgement was never printed: the kill came between the two. Such items follow the
            acknowledged ones without a gap, so the import resumed where they end: the remaining {figures.ResumedRows:N0} were
            stored afterwards and all {figures.ImageCount:N0} compared once more. A killed process leaves the operating system running: this
            shows that nothing acknowledged lives in the process's memory, it does not cut the power of the machine.</p>

            """));
    }

    private static void AppendCurves(StringBuilder html, DemoFigures figures)
    {
        int others = figures.ImageCount - 1;
        ChartAxis Radius() => ChartAxis.Linear("Hamming radius, bits", 0, figures.Radii[^1].Radius, 1);
        ChartAxis Precision() => ChartAxis.Linear("precision@10", 0, 1, 0.2);
        int magnitude = (int)Math.Ceiling(Math.Log10(others));
        int smallest =
            (int)Math.Floor(Math.Log10(Math.Max(0.01, figures.Radii.Where(r => r.MeanCandidates > 0).Min(r => r.MeanCandidates))));

        string byRadius = new CurveChart(Radius(), Precision())
            .Add(new ChartSeries(
                "answered queries only",
                [.. figures.Radii.Select(r => new ChartPoint(
                    r.Radius,
                    r.AnsweredPrecision,
                    I($"radius {r.Radius}: {r.AnsweredPrecision:F3} over the {r.Answered:P1} of queries with a candidate")))]))
            .Add(new ChartSeries(
                "all queries, unanswered count as 0",
                [.. figures.Radii.Select(r => new ChartPoint(
                    r.Radius,
                    r.StrictPrecision,
                    I($"radius {r.Radius}: {r.StrictPrecision:F3} ± {r.StandardError:F3} over all queries")))]))
            .Add(Reference(figures, 0, figures.Radii[^1].Radius))
            .ToHtml("precision at 10 by Hamming radius");
        string candidates = new CurveChart(Radius(), ChartAxis.PowersOfTen("items compared", smallest, magnitude))
            .Add(new ChartSeries(
                "items compared",
                [.. figures.Radii.Select(r => new ChartPoint(
                    r.Radius,
                    r.MeanCandidates,
                    I($"radius {r.Radius}: {r.MeanCandidates:N1} items, {r.MeanCandidates / others:P2} of all")))]))
            .ToHtml("items compared by Hamming radius");
        string tradeOff = new CurveChart(ChartAxis.PowersOfTen("items compared", smallest, magnitude), Precision())
            .Add(new ChartSeries(
                "all queries, by radius",
                [.. figures.Radii.Select(r => new ChartPoint(
                    r.MeanCandidates,
                    r.StrictPrecision,
                    I($"radius {r.Radius}: {r.StrictPrecision:F3} comparing {r.MeanCandidates:N1} items")))]))
            .Add(Reference(figures, Math.Pow(10, smallest), Math.Pow(10, magnitude)))
            .ToHtml("precision at 10 by items compared");

        html.Append(I($"""
            <h2>How good, and how much work</h2>
            <p>Each of {figures.QueryCount:N0} pictures (every tenth) is a query and is left out of its own answer. Candidates are all items
            whose hashcode differs from the query's in at most <i>radius</i> bits; they are ordered by exact cosine distance. precision@10
            is the number of pictures of the query's class among the first ten, divided by ten, also where fewer than ten were found. A
            query without any candidate is left out of one curve and counts as 0 in the other.</p>
            <div class="charts">
            <figure><figcaption>precision@10 by radius<small>mean over queries; dashed: every item compared</small></figcaption>{byRadius}</figure>
            <figure><figcaption>Items compared by radius<small>mean over queries, logarithmic, out of {others:N0}</small></figcaption>{candidates}</figure>
            <figure><figcaption>What precision costs<small>precision@10 against items compared; one point a radius, dashed: every item compared</small></figcaption>{tradeOff}</figure>
            </div>
            <div class="scroll"><table>
            <tr><th>Radius</th><th>precision@10, answered only</th><th>precision@10, all queries</th><th>Standard error</th><th>Queries answered</th><th>Items compared, mean</th><th>Share of all items</th></tr>

            """));
        foreach (RadiusFigures r in figures.Radii.Append(figures.Exhaustive))
        {
            string name = ReferenceEquals(r, figures.Exhaustive) ? "all items" : I($"{r.Radius}");
            string answered = double.IsFinite(r.AnsweredPrecision) ? I($"{r.AnsweredPrecision:F3}") : "none";
            html.Append(I($"<tr><td>{name}</td><td>{answered}</td><td>{r.StrictPrecision:F3}</td>"));
            html.Append(I($"<td>{r.StandardError:F3}</td><td>{r.Answered:P1}</td>"));
            html.Append(I($"<td>{r.MeanCandidates:N1}</td><td>{r.MeanCandidates / others:P2}</td></tr>\n"));
        }

        html.Append("</table></div>\n");
    }

    private static ChartSeries Reference(DemoFigures figures, double from, double to) => new(
        "every item compared",
        [new ChartPoint(from, figures.Exhaustive.StrictPrecision, ""), new ChartPoint(to, figures.Exhaustive.StrictPrecision, "")],
        IsReference: true);

    private static void AppendGallery(StringBuilder html, DemoFigures figures, ImageSet images)
    {
        html.Append(I($"""
            <h2>Ten nearest neighbours</h2>
            <p>The first query of each class, not a selection. The nearest buckets were taken until they held {figures.GalleryCandidateLimit:N0}
            items, and those ordered by cosine distance, which stands under each picture. A solid frame marks the query's class, a dashed
            frame another one.</p>
            <div class="scroll"><div class="gallery">

            """));
        foreach (GalleryRow row in figures.Gallery)
        {
            int label = images.LabelOf(row.Query);
            html.Append(I($"<div class=\"row\"><div class=\"item query\"><img src=\"{images.DataUriOf(row.Query)}\" alt=\"query\">"));
            html.Append(I($"{E(ImageSet.NameOf(label))}<br>{row.Candidates:N0} compared</div><div></div>\n"));
            foreach (SearchHit hit in row.Hits)
            {
                int found = (int)hit.Id.Value;
                bool same = images.LabelOf(found) == label;
                string name = E(ImageSet.NameOf(images.LabelOf(found)));
                string caption = same ? "" : $"<br><span class=\"other-name\">{name}</span>";
                html.Append(I($"<div class=\"item {(same ? "same" : "other")}\"><img src=\"{images.DataUriOf(found)}\" alt=\"{name}\">"));
                html.Append(I($"{hit.Distance:F3}{caption}</div>\n"));
            }

            html.Append("</div>\n");
        }

        html.Append("</div></div>\n");
    }

    private static void AppendMethod(StringBuilder html, DemoFigures figures)
    {
        CollectionStatistics s = figures.Statistics;
        html.Append(I($"""
            <h2>How it was made</h2>
            <p>One table of {figures.BitCount} hyperplanes with Gaussian directions (seed {figures.Seed}), for which {Describe(figures.Preprocessing)}
            (mean of all {figures.ImageCount:N0}). The hash function uses no labels, and so this is the plainest of baselines. The {s.Count:N0} items fall into {s.DistinctHashcodes:N0} distinct hashcodes. The first
            {figures.FirstImportRows:N0} pictures were imported in {figures.FirstImportTime.TotalMilliseconds:N0} ms in batches of {figures.ImportBatchSize},
            reading and unpacking the file included, each batch flushed to the disk before it was acknowledged. The database
            takes {s.DiskBytes / 1048576.0:F1} MiB on disk, of which {s.LogBytes / 1048576.0:F1} MiB are log that the next checkpoint gives back;
            the vectors alone are {4.0 * figures.ImageCount * figures.Dimensions / 1048576.0:F1} MiB.</p>

            """));
        html.Append(HtmlPage.Footer("hashdb demo", "Fashion-MNIST: Xiao, Rasul and Vollgraf 2017, copyright Zalando SE, MIT licence."));
    }

    private static string Describe(PreprocessingOrder order) => order switch
    {
        PreprocessingOrder.None => "each picture is taken as it is",
        PreprocessingOrder.Center => "the mean picture is subtracted from each",
        PreprocessingOrder.Unit => "each picture is scaled to unit length",
        PreprocessingOrder.CenterThenUnit => "the mean picture is subtracted from each and the rest scaled to unit length",
        PreprocessingOrder.UnitThenCenter => "each picture is scaled to unit length and the mean of these subtracted",
        _ => throw new ArgumentOutOfRangeException(nameof(order), order, null),
    };

    private static string N(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
