namespace HashDb.Filters;

/// <summary>Everything, or nothing.</summary>
public sealed class ConstantFilter : Filter
{
    internal ConstantFilter(bool matches)
    {
        IsMatch = matches;
        MeasureText();
    }

    /// <summary>True for everything.</summary>
    public bool IsMatch { get; }
}
