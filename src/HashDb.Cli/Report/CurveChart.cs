// A line chart as inline SVG. Colours come from the page's style sheet (classes series-1 to series-3), so that one drawing
// serves light and dark. Every point carries its figures as a tooltip.
using System.Globalization;
using System.Net;
using System.Text;

namespace HashDb.Cli.Report;

internal sealed class CurveChart
{
    private const double Width = 440;
    private const double Height = 320;
    private const double Left = 84;
    private const double Right = 30;
    private const double Top = 14;
    private const double Bottom = 52;

    private readonly ChartAxis _x;
    private readonly ChartAxis _y;
    private readonly List<ChartSeries> _series = [];

    public CurveChart(ChartAxis x, ChartAxis y)
    {
        _x = x;
        _y = y;
    }

    /// <summary>Adds a line; the n-th gets the n-th colour.</summary>
    public CurveChart Add(ChartSeries series)
    {
        _series.Add(series);
        return this;
    }

    /// <summary>The chart as an <c>svg</c> element, and a legend when there are several lines.</summary>
    public string ToHtml(string title)
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""<svg class="chart" viewBox="0 0 {Width} {Height}" role="img" aria-label="{WebUtility.HtmlEncode(title)}">""");
        AppendGrid(svg);
        for (int i = 0; i < _series.Count; i++)
            AppendSeries(svg, _series[i], i + 1);
        svg.Append("</svg>");
        if (_series.Count > 1)
            AppendLegend(svg);
        return svg.ToString();
    }

    private void AppendGrid(StringBuilder svg)
    {
        foreach (double tick in _y.Ticks)
        {
            double y = Y(tick);
            svg.Append(CultureInfo.InvariantCulture, $"""<line class="grid" x1="{Left}" x2="{Width - Right}" y1="{y:F1}" y2="{y:F1}"/>""");
            svg.Append(CultureInfo.InvariantCulture, $"""<text class="tick" x="{Left - 8}" y="{y + 4:F1}" text-anchor="end">{_y.Label(tick)}</text>""");
        }

        foreach (double tick in _x.Ticks)
        {
            double x = X(tick);
            svg.Append(CultureInfo.InvariantCulture, $"""<line class="mark" x1="{x:F1}" x2="{x:F1}" y1="{Height - Bottom}" y2="{Height - Bottom + 4}"/>""");
            svg.Append(CultureInfo.InvariantCulture, $"""<text class="tick" x="{x:F1}" y="{Height - Bottom + 21}" text-anchor="middle">{_x.Label(tick)}</text>""");
        }

        svg.Append(CultureInfo.InvariantCulture, $"""<line class="axis" x1="{Left}" x2="{Width - Right}" y1="{Height - Bottom}" y2="{Height - Bottom}"/>""");
        svg.Append(CultureInfo.InvariantCulture, $"""<text class="name" x="{(Left + Width - Right) / 2:F1}" y="{Height - 8}" text-anchor="middle">{WebUtility.HtmlEncode(_x.Name)}</text>""");
        double middle = (Top + Height - Bottom) / 2;
        svg.Append(CultureInfo.InvariantCulture, $"""<text class="name" transform="rotate(-90 13 {middle:F1})" x="13" y="{middle:F1}" text-anchor="middle">{WebUtility.HtmlEncode(_y.Name)}</text>""");
    }

    private void AppendSeries(StringBuilder svg, ChartSeries series, int number)
    {
        ChartPoint[] points = [.. series.Points.Where(point => double.IsFinite(point.X) && double.IsFinite(point.Y) && _x.Shows(point.X) && _y.Shows(point.Y))];
        string path = string.Join(' ', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{X(point.X):F1},{Y(point.Y):F1}")));
        svg.Append(CultureInfo.InvariantCulture, $"""<g class="series-{number}{(series.IsReference ? " reference" : "")}"><polyline points="{path}"/>""");
        if (!series.IsReference)
        {
            foreach (ChartPoint point in points)
            {
                svg.Append(CultureInfo.InvariantCulture, $"""<circle cx="{X(point.X):F1}" cy="{Y(point.Y):F1}" r="4.5"><title>{WebUtility.HtmlEncode(point.Tooltip)}</title></circle>""");
            }
        }

        svg.Append("</g>");
    }

    private void AppendLegend(StringBuilder html)
    {
        html.Append("""<div class="legend">""");
        for (int i = 0; i < _series.Count; i++)
        {
            string kind = _series[i].IsReference ? " reference" : "";
            html.Append(CultureInfo.InvariantCulture, $"""<span><svg viewBox="0 0 28 10" class="key series-{i + 1}{kind}"><polyline points="0,5 28,5"/></svg>{WebUtility.HtmlEncode(_series[i].Name)}</span>""");
        }

        html.Append("</div>");
    }

    private double X(double value) => Left + _x.Share(value) * (Width - Left - Right);

    private double Y(double value) => Height - Bottom - _y.Share(value) * (Height - Top - Bottom);
}
