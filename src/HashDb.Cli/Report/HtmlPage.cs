// The frame that every report of ours has: one HTML file with everything inside, so that it opens from disk, travels by mail
// and can be printed. Light and dark come from the reader's settings.
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;

namespace HashDb.Cli.Report;

internal static class HtmlPage
{
    /// <summary>Colours and lines of the charts alone.</summary>
    public static string ChartStyle => Resource("chart.css");

    /// <summary>Puts the frame around the body of a page.</summary>
    /// <param name="title">Title of the page.</param>
    /// <param name="body">Writes what stands between the frame.</param>
    public static string Create(string title, Action<StringBuilder> body)
    {
        var html = new StringBuilder(256 * 1024);
        html.Append(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
            + "content=\"width=device-width, initial-scale=1\">\n");
        html.Append("<title>").Append(E(title))
            .Append("</title>\n<style>\n")
            .Append(ChartStyle)
            .Append(Resource("report.css"))
            .Append("</style>\n</head>\n<body>\n<main>\n");
        body(html);
        html.Append("</main>\n</body>\n</html>\n");
        return html.ToString();
    }

    /// <summary>The last lines of a page: what wrote it, and on what.</summary>
    public static string Footer(string command, string credits) => I($"""
        <footer>Written by <code>{E(command)}</code>, HashDb {E(Version())}, {E(RuntimeInformation.FrameworkDescription)}, {E(RuntimeInformation.OSDescription)}, {Environment.ProcessorCount} cores.
        {credits}</footer>

        """);

    /// <summary>A chart with its caption.</summary>
    public static string Figure(CurveChart chart, string title, string caption) =>
        $"<figure><figcaption>{E(title)}<small>{E(caption)}</small></figcaption>{chart.ToHtml(title)}</figure>\n";

    /// <summary>A table; the first column is text, the others are numbers. Cells are plain text.</summary>
    public static void AppendTable(StringBuilder html, IEnumerable<string> columns, IEnumerable<IEnumerable<string>> rows)
    {
        html.Append("<div class=\"scroll\"><table>\n<tr>").AppendJoin("", columns.Select(column => $"<th>{E(column)}</th>"))
            .Append("</tr>\n");
        foreach (IEnumerable<string> row in rows)
            html.Append("<tr>").AppendJoin("", row.Select(cell => $"<td>{E(cell)}</td>")).Append("</tr>\n");
        html.Append("</table></div>\n");
    }

    /// <summary>Text as HTML.</summary>
    public static string E(string text) => WebUtility.HtmlEncode(text);

    /// <summary>Every number on a page has a decimal point, whatever the culture of the machine.</summary>
    public static string I(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Version() =>
        Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
            ?? "";

    private static string Resource(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"HashDb.Cli.Report.{name}")
            ?? throw new InvalidOperationException($"{name} is missing from the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
