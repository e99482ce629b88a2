namespace HashDb.Models;

/// <summary>Limits of a model, each with its reason. They are checked before memory is taken.</summary>
public static class ModelLimits
{
    /// <summary>65,536: image and text embeddings stay far below, and one vector (256 KiB) still fits a log entry.</summary>
    public const int MaxDimensions = 65_536;

    /// <summary>64: every table stores every row once more.</summary>
    public const int MaxTableCount = 64;

    /// <summary>2 GiB less a page: the largest array the runtime gives without special settings.</summary>
    public const int MaxModelFileBytes = int.MaxValue - 4_095;

    /// <summary>Checks the three sizes that every model has.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is out of its limit; names it.</exception>
    public static void CheckShape(int dimensions, int bitCount, int tableCount)
    {
        MatrixShape.CheckDimensions(dimensions);
        _ = HashcodeMath.ByteCount(bitCount);
        if (tableCount is < 1 or > MaxTableCount)
            throw new ArgumentOutOfRangeException(nameof(tableCount), tableCount, $"A model has 1 to {MaxTableCount} tables.");
        if ((long)dimensions * bitCount * tableCount > MaxModelFileBytes / sizeof(float))
        {
            throw new ArgumentOutOfRangeException(
                nameof(dimensions),
                dimensions,
                $"{tableCount} tables of {bitCount} hyperplanes of {dimensions} dimensions exceed the {MaxModelFileBytes} "
                + "bytes of a model file.");
        }
    }
}
