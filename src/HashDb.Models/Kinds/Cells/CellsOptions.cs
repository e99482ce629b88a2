namespace HashDb.Models.Kinds.Cells;

/// <summary>Settings of cells.</summary>
public sealed record CellsOptions
{
    /// <summary>Number of cells, 1 to <see cref="CellsModel.MaxCellCount"/>; at most one for each training row.</summary>
    public int CellCount { get; init; } = 256;

    /// <summary>At most so many rounds of k-means.</summary>
    public int Iterations { get; init; } = 10;

    /// <summary>Seed of the first centres.</summary>
    public ulong Seed { get; init; }

    /// <summary>The metric that the cells are for: vectors are scaled to unit length for the cosine, and centred for all.</summary>
    public DistanceMetric Metric { get; init; } = DistanceMetric.Cosine;

    /// <summary>Threads; 0 for one a core.</summary>
    public int MaxDegreeOfParallelism { get; init; }

    /// <summary>True when a collection trains them for itself, and may train others when it has grown.</summary>
    public bool IsAutomatic { get; init; }

    /// <summary>Checks every setting.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its limit; names it.</exception>
    public void Validate()
    {
        if (CellCount is < 1 or > CellsModel.MaxCellCount)
            throw new ArgumentOutOfRangeException(
                nameof(CellCount), CellCount, $"CellCount is {CellCount}; it must be 1 to {CellsModel.MaxCellCount}.");
        if (Iterations is < 1 or > 1_000)
            throw new ArgumentOutOfRangeException(nameof(Iterations), Iterations, $"Iterations is {Iterations}; it must be 1 to 1,000.");
    }
}
