namespace HashDb.Models.Data;

/// <summary>What <see cref="NpyWriter"/> can write.</summary>
public enum NpyElementType
{
    /// <summary><c>|u1</c></summary>
    UInt8 = 0,

    /// <summary><c>&lt;i4</c></summary>
    Int32 = 1,

    /// <summary><c>&lt;i8</c></summary>
    Int64 = 2,

    /// <summary><c>&lt;f4</c></summary>
    Float32 = 3,
}
