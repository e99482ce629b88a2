namespace HashDb.MessagePack;

/// <summary>Families of values; several codes belong to one family.</summary>
public enum MessagePackType : byte
{
    /// <summary>The reserved code 0xC1.</summary>
    Unknown = 0,

    /// <summary>Any integer encoding.</summary>
    Integer = 1,

    /// <summary>Nil.</summary>
    Nil = 2,

    /// <summary>True or false.</summary>
    Boolean = 3,

    /// <summary>Single or double.</summary>
    Float = 4,

    /// <summary>UTF-8 text.</summary>
    String = 5,

    /// <summary>Bytes.</summary>
    Binary = 6,

    /// <summary>A count and that many values.</summary>
    Array = 7,

    /// <summary>A count and that many pairs of values.</summary>
    Map = 8,

    /// <summary>A type code and bytes.</summary>
    Extension = 9,
}
