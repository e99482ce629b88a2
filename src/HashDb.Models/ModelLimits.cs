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
}
