namespace HashDb.Models;

/// <summary>Why a vector cannot be encoded.</summary>
public enum RowFault
{
    /// <summary>It can.</summary>
    None = 0,

    /// <summary>It holds NaN or an infinity, or becomes infinite.</summary>
    NotFinite = 1,

    /// <summary>It is a zero vector where a unit vector is needed.</summary>
    NoDirection = 2,
}
