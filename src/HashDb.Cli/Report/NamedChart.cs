namespace HashDb.Cli.Report;

/// <summary>A chart with what stands around it.</summary>
/// <param name="FileName">Name of its SVG file, without extension.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Caption">What it shows, in a sentence.</param>
/// <param name="Chart">The drawing.</param>
internal sealed record NamedChart(string FileName, string Title, string Caption, CurveChart Chart)
{
    public string ToHtml() => HtmlPage.Figure(Chart, Title, Caption);
}
