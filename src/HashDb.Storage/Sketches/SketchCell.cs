namespace HashDb.Storage.Sketches;

/// <summary>
/// The blocks of a cell: full ones, and one that is being filled. One writer replaces it as a whole; readers keep what they have.
/// </summary>
/// <param name="Full">Addresses of full blocks; more than <paramref name="FullCount"/> may come behind them.</param>
/// <param name="FullCount">Full blocks.</param>
/// <param name="Open">Address of the block that is being filled, or 0.</param>
internal sealed record SketchCell(nint[] Full, int FullCount, nint Open)
{
    public static SketchCell Empty { get; } = new([], 0, 0);

    /// <summary>With one more full block; what is being filled stays.</summary>
    public SketchCell WithFull(nint block)
    {
        nint[] full = Full;
        if (FullCount == full.Length)
            Array.Resize(ref full, Math.Max(4, 2 * full.Length));
        full[FullCount] = block;
        return this with { Full = full, FullCount = FullCount + 1 };
    }
}
