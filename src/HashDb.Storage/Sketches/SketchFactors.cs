namespace HashDb.Storage.Sketches;

/// <summary>What turns a row's sum of signs into an estimated distance, and how far that may be off.</summary>
/// <param name="Offset">Added to what the cell and the query give.</param>
/// <param name="Slope">Times the sum, to be subtracted.</param>
/// <param name="Spread">Standard deviation of the estimate for a query at distance 1 from the centre.</param>
internal readonly record struct SketchFactors(float Offset, float Slope, float Spread)
{
    /// <summary>
    /// For a stored vector of which nothing can be said, because it is damaged: every search that comes to its cell reads it, and finds the
    /// damage.
    /// </summary>
    public static SketchFactors AlwaysRead { get; } = new(float.NegativeInfinity, 0, 0);
}
