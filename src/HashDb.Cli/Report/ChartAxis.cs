using System.Globalization;

namespace HashDb.Cli.Report;

/// <summary>One axis: its range, linear or logarithmic, and its ticks.</summary>
internal sealed class ChartAxis
{
    private readonly double _min;
    private readonly double _max;
    private readonly bool _logarithmic;

    private ChartAxis(string name, double min, double max, bool logarithmic, IReadOnlyList<double> ticks)
    {
        Name = name;
        _min = min;
        _max = max;
        _logarithmic = logarithmic;
        Ticks = ticks;
    }

    public string Name { get; }

    public IReadOnlyList<double> Ticks { get; }

    /// <summary>An axis from <paramref name="min"/> to <paramref name="max"/> with ticks a <paramref name="step"/> apart.</summary>
    public static ChartAxis Linear(string name, double min, double max, double step)
    {
        int count = (int)Math.Round((max - min) / step);
        return new ChartAxis(name, min, max, false, [.. Enumerable.Range(0, count + 1).Select(i => min + i * step)]);
    }

    /// <summary>A logarithmic axis from one power of ten to another, a tick at each.</summary>
    public static ChartAxis PowersOfTen(string name, int minExponent, int maxExponent) => new(
        name,
        Math.Pow(10, minExponent),
        Math.Pow(10, maxExponent),
        true,
        [.. Enumerable.Range(minExponent, maxExponent - minExponent + 1).Select(exponent => Math.Pow(10, exponent))]);

    /// <summary>False for what a logarithmic axis cannot show, and for what lies outside.</summary>
    public bool Shows(double value) => value >= _min && value <= _max && (!_logarithmic || value > 0);

    /// <summary>Where a value lies, 0 at the start of the axis, 1 at its end.</summary>
    public double Share(double value) => _logarithmic
        ? (Math.Log10(value) - Math.Log10(_min)) / (Math.Log10(_max) - Math.Log10(_min))
        : (value - _min) / (_max - _min);

    public string Label(double tick) => tick.ToString(_logarithmic && tick >= 1 ? "N0" : "0.##", CultureInfo.InvariantCulture);
}
