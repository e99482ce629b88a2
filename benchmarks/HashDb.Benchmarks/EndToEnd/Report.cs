using System.Diagnostics;
using System.Globalization;

namespace HashDb.Benchmarks;

/// <summary>Prints figures side by side, with the ratio to the first of each group.</summary>
internal sealed class Report(TextWriter output)
{
    private double _reference;

    public void Section(string title)
    {
        _reference = 0;
        output.WriteLine();
        output.WriteLine(title);
    }

    public void Line(string name, double value, string unit)
    {
        if (_reference == 0)
            _reference = value;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-58} {value,14:N1} {unit,-12} x {value / _reference:0.00}"));
        output.Flush();
    }

    public void Note(string text) => output.WriteLine($"  {text}");

    /// <summary>The median time of several runs, in nanoseconds.</summary>
    public static double Median(int runs, Action body)
    {
        double[] times = new double[runs];
        for (int i = 0; i < runs; i++)
        {
            long started = Stopwatch.GetTimestamp();
            body();
            times[i] = Stopwatch.GetElapsedTime(started).TotalNanoseconds;
        }
        Array.Sort(times);
        return times[runs / 2];
    }
}
