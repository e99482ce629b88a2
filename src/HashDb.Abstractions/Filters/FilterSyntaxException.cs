namespace HashDb.Filters;

/// <summary>A text is no filter.</summary>
public sealed class FilterSyntaxException : ArgumentException
{
    internal FilterSyntaxException(string message, int position)
        : base(message) => Position = position;

    /// <summary>The character, counted from 0, at which it cannot be read on.</summary>
    public int Position { get; }
}
