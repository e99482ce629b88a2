using System.Globalization;

namespace HashDb.Cli.Report;

/// <summary>One axis: its range, linear or logarithmic, and its ticks.</summary>
internal sealed class ChartAxis
{
    /// <summary>About so many ticks on an axis whose range follows its values.</summary>
    private const int WantedTicks = 5;

    private static readonly int[] StepFactors = [1, 2, 5, 10];

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

    /// <summary>An axis from 0 to the round number above the largest value.</summary>
    public static ChartAxis FromZero(string name, IEnumerable<double> values)
    {
        double largest = values.Where(double.IsFinite).DefaultIfEmpty(1).Max();
        if (largest <= 0)
            largest = 1;
        double power = Math.Pow(10, Math.Floor(Math.Log10(largest / WantedTicks)));
        double step = power * StepFactors.First(factor => factor * power * WantedTicks >= largest * 0.999);
        return Linear(name, 0, Math.Ceiling(largest / step * 0.999) * step, step);
    }

    /// <summary>A logarithmic axis from one power of ten to another, a tick at each.</summary>
    public static ChartAxis PowersOfTen(string name, int minExponent, int maxExponent) => new(
        name,
        Math.Pow(10, minExponent),
        Math.Pow(10, maxExponent),
        true,
        [.. Enumerable.Range(minExponent, maxExponent - minExponent + 1).Select(exponent => Math.Pow(10, exponent))]);

    /// <summary>A logarithmic axis over the powers of ten around the values above 0.</summary>
    public static ChartAxis PowersOfTen(string name, IEnumerable<double> values)
    {
        double[] shown = [.. values.Where(value => double.IsFinite(value) && value > 0).DefaultIfEmpty(1)];
        int min = (int)Math.Floor(Math.Log10(shown.Min()));
        return PowersOfTen(name, min, Math.Max(min + 1, (int)Math.Ceiling(Math.Log10(shown.Max()))));
    }

    /// <summary>An axis of powers of two or other chosen numbers, on a logarithmic scale, a tick at each.</summary>
    public static ChartAxis Chosen(string name, IReadOnlyList<double> ticks) => new(name, ticks[0], ticks[^1], true, ticks);

    /// <summary>False for what a logarithmic axis cannot show, and for what lies outside.</summary>
    public bool Shows(double value) => value >= _min && value <= _max && (!_logarithmic || value > 0);

    /// <summary>Where a value lies, 0 at the start of the axis, 1 at its end.</summary>
    public double Share(double value)
    {
        if (_max <= _min)
            return 0.5;
        return _logarithmic
            ? (Math.Log10(value) - Math.Log10(_min)) / (Math.Log10(_max) - Math.Log10(_min))
            : (value - _min) / (_max - _min);
    }

    public string Label(double tick) => tick.ToString(_logarithmic && tick >= 1 ? "N0" : "0.####", CultureInfo.InvariantCulture);
}
