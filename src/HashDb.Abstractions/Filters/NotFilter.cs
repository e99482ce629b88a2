namespace HashDb.Filters;

/// <summary>What another filter does not match.</summary>
public sealed class NotFilter : Filter
{
    internal NotFilter(Filter part)
        : base([part], FilterText.BytesOfNot(part)) => Part = part;

    /// <summary>The other filter.</summary>
    public Filter Part { get; }
}
