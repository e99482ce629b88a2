namespace HashDb.Filters;

/// <summary>All of some filters.</summary>
public sealed class AllFilter : Filter
{
    internal AllFilter(IReadOnlyList<Filter> parts)
        : base(parts, FilterText.BytesOf(parts)) => Parts = parts;

    /// <summary>The filters, at least two.</summary>
    public IReadOnlyList<Filter> Parts { get; }
}
