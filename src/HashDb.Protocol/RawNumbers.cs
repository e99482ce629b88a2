// Arrays of numbers travel as binaries of little-endian bytes, so that they are copied, not parsed. On a big-endian machine
// they are turned over on the way.
using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol;

internal static class RawNumbers
{
    public const int GuidBytes = 16;

    public static int WidthOf<T>()
        where T : unmanaged => Unsafe.SizeOf<T>();

    /// <summary>Copies numbers out of a buffer. <paramref name="bytes"/> has exactly the length of <paramref name="numbers"/>.</summary>
    public static void Read<T>(in ReadOnlySequence<byte> bytes, Span<T> numbers)
        where T : unmanaged
    {
        bytes.CopyTo(MemoryMarshal.AsBytes(numbers));
        if (!BitConverter.IsLittleEndian)
            Reverse(numbers);
    }

    /// <summary>Writes numbers as the next bytes of a binary whose head was written.</summary>
    public static void WriteBody<T>(ref MessagePackWriter writer, scoped ReadOnlySpan<T> numbers)
        where T : unmanaged
    {
        if (BitConverter.IsLittleEndian)
        {
            writer.WriteBody(MemoryMarshal.AsBytes(numbers));
            return;
        }
        T[] copy = numbers.ToArray();
        Reverse(copy.AsSpan());
        writer.WriteRaw(MemoryMarshal.AsBytes(copy.AsSpan()));
    }

    /// <summary>Writes numbers as a binary.</summary>
    public static void Write<T>(ref MessagePackWriter writer, scoped ReadOnlySpan<T> numbers)
        where T : unmanaged
    {
        writer.WriteBinHeader(checked(numbers.Length * WidthOf<T>()));
        WriteBody(ref writer, numbers);
    }

    /// <summary>Writes a client id, or nil.</summary>
    public static void Write(ref MessagePackWriter writer, Guid? id)
    {
        if (id is not { } value)
        {
            writer.WriteNil();
            return;
        }
        Span<byte> bytes = stackalloc byte[GuidBytes];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        writer.WriteBinHeader(GuidBytes);
        writer.WriteBody(bytes);
    }

    private static void Reverse<T>(Span<T> numbers)
        where T : unmanaged
    {
        if (WidthOf<T>() == sizeof(uint))
        {
            Span<uint> words = MemoryMarshal.Cast<T, uint>(numbers);
            BinaryPrimitives.ReverseEndianness(words, words);
        }
        else
        {
            Span<ulong> words = MemoryMarshal.Cast<T, ulong>(numbers);
            BinaryPrimitives.ReverseEndianness(words, words);
        }
    }
}
