// A line chart, as inline SVG of a page or as an SVG file. Colours come from the style sheet (classes series-1 to series-9),
// so that one drawing serves light and dark. Lines differ in colour and in the marks of their points, every point carries
// its figures as a tooltip.
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

    private const int Colours = 9;
    private const double PointRadius = 3.6;

    // The legend of a file: a key, then text that may be of another font than here, so room is left.
    private const double KeyWidth = 28;
    private const double CharacterWidth = 7.6;
    private const double LegendLine = 22;

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
        svg.Append(CultureInfo.InvariantCulture, $"""<svg class="chart" viewBox="0 0 {Width} {Height}" role="img" aria-label="{E(title)}">""");
        AppendPlot(svg);
        svg.Append("</svg>");
        if (_series.Count > 1)
            AppendLegend(svg);
        return svg.ToString();
    }

    /// <summary>The chart as the content of an SVG file: with its style, a background and its legend.</summary>
    public string ToSvgFile(string title)
    {
        var legend = new StringBuilder();
        double height = Height + (_series.Count > 1 ? AppendLegendLines(legend) : 0);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""<svg xmlns="http://www.w3.org/2000/svg" class="chart" width="{Width}" height="{height}" viewBox="0 0 {Width} {height}" role="img" aria-label="{E(title)}">""");
        svg.Append("\n<style>\n").Append(HtmlPage.ChartStyle).Append("</style>\n");
        svg.Append(CultureInfo.InvariantCulture, $"""<rect class="back" width="{Width}" height="{height}"/>""");
        AppendPlot(svg);
        svg.Append(legend).Append("</svg>\n");
        return svg.ToString();
    }

    private void AppendPlot(StringBuilder svg)
    {
        AppendGrid(svg);
        for (int i = 0; i < _series.Count; i++)
            AppendSeries(svg, i);
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
        svg.Append(CultureInfo.InvariantCulture, $"""<text class="name" x="{(Left + Width - Right) / 2:F1}" y="{Height - 8}" text-anchor="middle">{E(_x.Name)}</text>""");
        double middle = (Top + Height - Bottom) / 2;
        svg.Append(CultureInfo.InvariantCulture, $"""<text class="name" transform="rotate(-90 13 {middle:F1})" x="13" y="{middle:F1}" text-anchor="middle">{E(_y.Name)}</text>""");
    }

    private void AppendSeries(StringBuilder svg, int index)
    {
        ChartSeries series = _series[index];
        ChartPoint[] points =
        [
            .. series.Points.Where(point =>
                double.IsFinite(point.X) && double.IsFinite(point.Y) && _x.Shows(point.X) && _y.Shows(point.Y)),
        ];
        string path = string.Join(
            ' ', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{X(point.X):F1},{Y(point.Y):F1}")));
        svg.Append(CultureInfo.InvariantCulture, $"""<g class="{ClassOf(index)}"><polyline points="{path}"/>""");
        if (!series.IsReference)
        {
            foreach (ChartPoint point in points)
                AppendPoint(svg, index, X(point.X), Y(point.Y), point.Tooltip);
        }

        svg.Append("</g>");
    }

    // Circles, squares, triangles and diamonds, so that lines can be told apart without colours.
    private static void AppendPoint(StringBuilder svg, int index, double x, double y, string tooltip)
    {
        const double r = PointRadius;
        string title = tooltip.Length == 0 ? "" : $"<title>{E(tooltip)}</title>";
        svg.Append((index % 4) switch
        {
            0 => string.Create(CultureInfo.InvariantCulture, $"""<circle class="point" cx="{x:F1}" cy="{y:F1}" r="{r}">{title}</circle>"""),
            1 => string.Create(CultureInfo.InvariantCulture, $"""<rect class="point" x="{x - r:F1}" y="{y - r:F1}" width="{2 * r}" height="{2 * r}">{title}</rect>"""),
            2 => string.Create(CultureInfo.InvariantCulture, $"""<path class="point" d="M{x:F1} {y - 1.3 * r:F1}l{1.2 * r:F1} {2.1 * r:F1}h{-2.4 * r:F1}z">{title}</path>"""),
            _ => string.Create(CultureInfo.InvariantCulture, $"""<path class="point" d="M{x:F1} {y - 1.4 * r:F1}l{1.4 * r:F1} {1.4 * r:F1}l{-1.4 * r:F1} {1.4 * r:F1}l{-1.4 * r:F1} {-1.4 * r:F1}z">{title}</path>"""),
        });
    }

    private void AppendLegend(StringBuilder html)
    {
        html.Append("""<div class="legend">""");
        for (int i = 0; i < _series.Count; i++)
        {
            html.Append(CultureInfo.InvariantCulture, $"""<span><svg viewBox="0 0 {KeyWidth} 12" class="key {ClassOf(i)}">""");
            AppendKey(html, i, 0, 6);
            html.Append(CultureInfo.InvariantCulture, $"</svg>{E(_series[i].Name)}</span>");
        }

        html.Append("</div>");
    }

    /// <summary>Writes the legend below the plot, as many entries on a line as fit.</summary>
    /// <returns>The height that it takes.</returns>
    private double AppendLegendLines(StringBuilder svg)
    {
        double x = 16, y = Height + 10;
        for (int i = 0; i < _series.Count; i++)
        {
            double width = KeyWidth + 8 + _series[i].Name.Length * CharacterWidth + 18;
            if (x > 16 && x + width > Width)
            {
                x = 16;
                y += LegendLine;
            }

            svg.Append(CultureInfo.InvariantCulture, $"""<g class="{ClassOf(i)}">""");
            AppendKey(svg, i, x, y);
            svg.Append(CultureInfo.InvariantCulture, $"""</g><text class="key-text" x="{x + KeyWidth + 8:F1}" y="{y + 5:F1}">{E(_series[i].Name)}</text>""");
            x += width;
        }

        return y + LegendLine - Height;
    }

    private void AppendKey(StringBuilder svg, int index, double x, double y)
    {
        svg.Append(CultureInfo.InvariantCulture, $"""<polyline points="{x:F1},{y:F1} {x + KeyWidth:F1},{y:F1}"/>""");
        if (!_series[index].IsReference)
            AppendPoint(svg, index, x + KeyWidth / 2, y, "");
    }

    private string ClassOf(int index) => string.Create(
        CultureInfo.InvariantCulture,
        $"series-{index % Colours + 1}{(_series[index].IsReference ? " reference" : "")}"
        + $"{(_series[index].IsScatter ? " scatter" : "")}");

    private double X(double value) => Left + _x.Share(value) * (Width - Left - Right);

    private double Y(double value) => Height - Bottom - _y.Share(value) * (Height - Top - Bottom);

    private static string E(string text) => WebUtility.HtmlEncode(text);
}
