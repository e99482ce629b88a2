using System.Text;
using HashDb.Cli.Demo;
using static HashDb.Cli.Report.HtmlPage;

namespace HashDb.Cli.Report;

/// <summary>The part of the demo's report about learning while the collection serves.</summary>
internal static class LiveSection
{
    public static void Append(StringBuilder html, DemoFigures figures)
    {
        LiveFigures live = figures.Live;
        html.Append(I($"""
            <h2>Learning while it serves</h2>
            <p>The collection under random hyperplanes then learned from the {live.Learned:N0} labelled pictures as a stream: each batch moved a draft of the
            hyperplanes and was on disk when it was acknowledged ({live.Learned / live.LearnTime.TotalSeconds:N0} pictures a second). The draft would have changed
            {live.Draft.Drift:P1} of the hashcodes. Publishing it encoded {live.Published.EncodedRows:N0} stored pictures anew, beside the old ones, and switched;
            writes would have waited {live.Published.WritePause.TotalMilliseconds:N1} ms. All the while a reader went on searching.</p>

            """));
        AppendTable(
            html,
            ["", I($"precision@10 within {live.Before.Radius} bits"), "items compared"],
            [
                ["before", I($"{live.Before.StrictPrecision:F3}"), I($"{live.Before.MeanCandidates:N1}")],
                ["after", I($"{live.After.StrictPrecision:F3}"), I($"{live.After.MeanCandidates:N1}")],
            ]);
        html.Append(I($"<p>The reader made {live.Reader.Searches:N0} searches; "));
        html.Append(I($"{live.Reader.Errors:N0} failed or gave an answer that is none.</p>\n"));
    }
}
