using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace HashDb.Models.Files;

/// <summary>The element types of arrays in model files, their names there and their little-endian bytes.</summary>
internal static class ModelArrayType
{
    /// <summary>The name in files: f4, f8, i4, i8 or u1.</summary>
    /// <exception cref="ArgumentException">The type is none of float, double, int, long, byte.</exception>
    public static string NameOf<T>()
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
            return "f4";
        if (typeof(T) == typeof(double))
            return "f8";
        if (typeof(T) == typeof(int))
            return "i4";
        if (typeof(T) == typeof(long))
            return "i8";
        if (typeof(T) == typeof(byte))
            return "u1";
        throw new ArgumentException($"A model file holds arrays of float, double, int, long or byte, not of {typeof(T).Name}.");
    }

    /// <summary>Bytes of an element; 0 for a name that is no type.</summary>
    public static int SizeOf(string name) => name switch
    {
        "f4" or "i4" => 4,
        "f8" or "i8" => 8,
        "u1" => 1,
        _ => 0,
    };

    /// <summary>Copies elements to little-endian bytes or back; the two spans have the same number of bytes.</summary>
    public static void CopyLittleEndian(ReadOnlySpan<byte> source, Span<byte> destination, int elementSize)
    {
        source.CopyTo(destination);
        if (BitConverter.IsLittleEndian || elementSize == 1)
            return;
        if (elementSize == 4)
        {
            Span<uint> words = MemoryMarshal.Cast<byte, uint>(destination);
            BinaryPrimitives.ReverseEndianness(words, words);
        }
        else
        {
            Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(destination);
            BinaryPrimitives.ReverseEndianness(words, words);
        }
    }

    /// <summary>Index of the first element that is NaN or infinite; -1 when there is none or the elements are integers.</summary>
    public static long IndexOfNotFinite<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            ReadOnlySpan<float> singles = MemoryMarshal.Cast<T, float>(values);
            for (int i = 0; i < singles.Length; i++)
            {
                if (!float.IsFinite(singles[i]))
                    return i;
            }
        }
        else if (typeof(T) == typeof(double))
        {
            ReadOnlySpan<double> doubles = MemoryMarshal.Cast<T, double>(values);
            for (int i = 0; i < doubles.Length; i++)
            {
                if (!double.IsFinite(doubles[i]))
                    return i;
            }
        }

        return -1;
    }
}
