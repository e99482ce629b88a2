// Metrics in the text format of Prometheus, version 0.0.4: HELP and TYPE before the samples of each name, names of letters,
// digits and underscores, units in full at the end of names, counters ending in _total, buckets cumulative with a last one of
// +Inf that equals the count.
using System.Globalization;
using System.Text;

namespace HashDb.Server.Internal.Telemetry;

internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Write(IReadOnlyList<MetricFamily> families)
    {
        var text = new StringBuilder();
        foreach (IGrouping<string, MetricFamily> sameName in families.GroupBy(NameOf))
        {
            MetricFamily first = sameName.First();
            text.Append("# HELP ").Append(sameName.Key).Append(' ').Append(Escape(first.Description, quotes: false)).Append('\n');
            text.Append("# TYPE ").Append(sameName.Key).Append(' ').Append(first.Kind.ToString().ToLowerInvariant()).Append('\n');
            foreach (MetricSeries series in sameName.Where(family => family.Kind == first.Kind).SelectMany(family => family.Series))
            {
                if (first.Kind == MetricKind.Histogram)
                    WriteHistogram(text, sameName.Key, series, first.Bounds);
                else
                    WriteSample(text, sameName.Key, series, null, series.Value);
            }
        }

        return text.ToString();
    }

    private static void WriteHistogram(StringBuilder text, string name, MetricSeries series, double[] bounds)
    {
        long count = 0;
        for (int i = 0; i <= bounds.Length; i++)
        {
            count += series.BucketCount(i);
            WriteSample(text, name + "_bucket", series, Format(i < bounds.Length ? bounds[i] : double.PositiveInfinity), count);
        }

        WriteSample(text, name + "_sum", series, null, series.Value);
        WriteSample(text, name + "_count", series, null, count);
    }

    private static void WriteSample(StringBuilder text, string name, MetricSeries series, string? upperBound, double value)
    {
        text.Append(name);
        char separator = '{';
        foreach ((string key, object? label) in series.Tags)
        {
            // A label without a value is the same as no label.
            if (label is null)
                continue;
            text.Append(separator).Append(Name(key, allowColon: false)).Append("=\"");
            text.Append(Escape(Convert.ToString(label, CultureInfo.InvariantCulture) ?? "", quotes: true)).Append('"');
            separator = ',';
        }

        if (upperBound is not null)
        {
            text.Append(separator).Append("le=\"").Append(upperBound).Append('"');
            separator = ',';
        }

        if (separator == ',')
            text.Append('}');
        text.Append(' ').Append(Format(value)).Append('\n');
    }

    private static string NameOf(MetricFamily family)
    {
        string name = Name(family.Name, allowColon: true);
        string unit = family.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            "ms" => "_milliseconds",
            "%" => "_percent",
            _ => "",
        };
        if (unit.Length > 0 && !name.EndsWith(unit, StringComparison.Ordinal))
            name += unit;
        if (family.Kind == MetricKind.Counter && !name.EndsWith("_total", StringComparison.Ordinal))
            name += "_total";
        return name;
    }

    private static string Name(string name, bool allowColon)
    {
        var text = new StringBuilder(name.Length + 1);
        foreach (char c in name)
            text.Append(char.IsAsciiLetterOrDigit(c) || c == '_' || (allowColon && c == ':') ? c : '_');
        if (text.Length == 0 || char.IsAsciiDigit(text[0]))
            text.Insert(0, '_');
        return text.ToString();
    }

    private static string Escape(string value, bool quotes)
    {
        string escaped = value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }

    private static string Format(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}
