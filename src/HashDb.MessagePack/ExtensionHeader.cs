namespace HashDb.MessagePack;

/// <summary>Type code and length of an extension value.</summary>
/// <param name="TypeCode">0 to 127 are the application's, -128 to -1 the specification's.</param>
/// <param name="Length">Bytes of the body.</param>
public readonly record struct ExtensionHeader(sbyte TypeCode, uint Length)
{
    /// <summary>Makes a header from a signed length.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    public ExtensionHeader(sbyte typeCode, int length)
        : this(typeCode, Checked(length))
    {
    }

    private static uint Checked(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return (uint)length;
    }
}
