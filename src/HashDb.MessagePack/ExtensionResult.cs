using System.Buffers;

namespace HashDb.MessagePack;

/// <summary>An extension value: type code and body. The body lies in the buffer that was read, it is not a copy.</summary>
public readonly struct ExtensionResult
{
    /// <summary>Makes a value from memory.</summary>
    public ExtensionResult(sbyte typeCode, Memory<byte> data)
        : this(typeCode, new ReadOnlySequence<byte>(data))
    {
    }

    /// <summary>Makes a value from a sequence.</summary>
    public ExtensionResult(sbyte typeCode, ReadOnlySequence<byte> data)
    {
        TypeCode = typeCode;
        Data = data;
    }

    /// <summary>0 to 127 are the application's, -128 to -1 the specification's.</summary>
    public sbyte TypeCode { get; }

    /// <summary>The body.</summary>
    public ReadOnlySequence<byte> Data { get; }

    /// <summary>Type code and length.</summary>
    public ExtensionHeader Header => new(TypeCode, checked((uint)Data.Length));
}
