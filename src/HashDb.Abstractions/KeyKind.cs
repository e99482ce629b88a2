namespace HashDb;

/// <summary>What the records of a collection are known by. Numbers are part of files and protocol.</summary>
public enum KeyKind
{
    /// <summary>Whole numbers of 64 bits: the id itself.</summary>
    Number = 0,

    /// <summary>Texts of 1 to <see cref="StorageLimits.MaxKeyBytes"/> bytes of UTF-8.</summary>
    String = 1,

    /// <summary>UUIDs.</summary>
    Guid = 2,
}
