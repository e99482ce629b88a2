namespace HashDb.Filters;

/// <summary>At least one of some filters.</summary>
public sealed class AnyFilter : Filter
{
    internal AnyFilter(IReadOnlyList<Filter> parts)
        : base(parts, FilterText.BytesOf(parts)) => Parts = parts;

    /// <summary>The filters, at least two.</summary>
    public IReadOnlyList<Filter> Parts { get; }
}
