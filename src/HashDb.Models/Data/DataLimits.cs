namespace HashDb.Models.Data;

/// <summary>Limits of the data readers, each with its reason. Dimensions are bounded by <see cref="ModelLimits.MaxDimensions"/>.</summary>
public static class DataLimits
{
    /// <summary>
    /// 65,536: numpy writes 128 bytes for an array of plain numbers, and refuses to read more than 10,000 itself unless told.
    /// </summary>
    public const int MaxNpyHeaderBytes = 65_536;

    /// <summary>8 axes: rows, and what a row is made of (channels, height, width); more is a mistake or damage.</summary>
    public const int MaxRank = 8;

    /// <summary>The highest label, as of a record that is stored: <see cref="StorageLimits.MaxLabel"/>.</summary>
    public const int MaxLabel = StorageLimits.MaxLabel;
}
