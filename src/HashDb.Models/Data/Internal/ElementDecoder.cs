// Turns the bytes of numbers into float32 or integers. Stateless.
using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace HashDb.Models.Data.Internal;

internal static class ElementDecoder
{
    /// <summary>Brings the bytes into this machine's order, in place.</summary>
    public static void ToNativeOrder(ElementType type, Span<byte> bytes)
    {
        if (type.IsBigEndian != BitConverter.IsLittleEndian)
            return;
        switch (type.WidthBytes)
        {
            case 2:
                Span<ushort> shorts = MemoryMarshal.Cast<byte, ushort>(bytes);
                BinaryPrimitives.ReverseEndianness(shorts, shorts);
                break;
            case 4:
                Span<uint> words = MemoryMarshal.Cast<byte, uint>(bytes);
                BinaryPrimitives.ReverseEndianness(words, words);
                break;
            case 8:
                Span<ulong> longs = MemoryMarshal.Cast<byte, ulong>(bytes);
                BinaryPrimitives.ReverseEndianness(longs, longs);
                break;
        }
    }

    /// <summary>
    /// Converts numbers in native order. Gives the index of the first that is not finite, or that float32 does not hold (integers
    /// exactly), or -1.
    /// </summary>
    public static int ToSingles(ElementType type, ReadOnlySpan<byte> bytes, Span<float> singles)
    {
        switch (type.Kind, type.WidthBytes)
        {
            case (ElementKind.Float, 2):
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(bytes), singles);
                break;
            case (ElementKind.Float, 4):
                MemoryMarshal.Cast<byte, float>(bytes).CopyTo(singles);
                break;
            case (ElementKind.Float, 8):
                ReadOnlySpan<double> doubles = MemoryMarshal.Cast<byte, double>(bytes);
                for (int i = 0; i < doubles.Length; i++)
                    singles[i] = (float)doubles[i];
                break;
            case (ElementKind.Unsigned, 1):
                for (int i = 0; i < bytes.Length; i++)
                    singles[i] = bytes[i];
                return -1;
            case (ElementKind.Signed, 1):
                for (int i = 0; i < bytes.Length; i++)
                    singles[i] = (sbyte)bytes[i];
                return -1;
            case (ElementKind.Signed, 2):
                ReadOnlySpan<short> shorts = MemoryMarshal.Cast<byte, short>(bytes);
                for (int i = 0; i < shorts.Length; i++)
                    singles[i] = shorts[i];
                return -1;
            case (ElementKind.Unsigned, 2):
                ReadOnlySpan<ushort> words = MemoryMarshal.Cast<byte, ushort>(bytes);
                for (int i = 0; i < words.Length; i++)
                    singles[i] = words[i];
                return -1;
            case (ElementKind.Boolean, _):
                for (int i = 0; i < bytes.Length; i++)
                {
                    if (bytes[i] > 1)
                        return i;
                    singles[i] = bytes[i];
                }

                return -1;
            case (ElementKind.Signed, 4):
                return IntegersToSingles(MemoryMarshal.Cast<byte, int>(bytes), singles);
            case (ElementKind.Unsigned, 4):
                return IntegersToSingles(MemoryMarshal.Cast<byte, uint>(bytes), singles);
            case (ElementKind.Signed, _):
                return IntegersToSingles(MemoryMarshal.Cast<byte, long>(bytes), singles);
            default:
                return IntegersToSingles(MemoryMarshal.Cast<byte, ulong>(bytes), singles);
        }

        return FirstNotFinite(singles);
    }

    /// <summary>Index of the first NaN or infinity, or -1.</summary>
    public static int FirstNotFinite(ReadOnlySpan<float> singles)
    {
        if (singles.IsEmpty || TensorPrimitives.IsFiniteAll(singles))
            return -1;
        int index = 0;
        while (float.IsFinite(singles[index]))
            index++;
        return index;
    }

    /// <summary>One integer in native order; a value above 2^63-1 is told by <paramref name="isNegative"/> from a negative one.</summary>
    public static long ReadInteger(ElementType type, ReadOnlySpan<byte> bytes, int index, out bool isNegative)
    {
        ReadOnlySpan<byte> element = bytes.Slice(index * type.WidthBytes, type.WidthBytes);
        long value = (type.Kind, type.WidthBytes) switch
        {
            (ElementKind.Signed, 1) => (sbyte)element[0],
            (ElementKind.Signed, 2) => MemoryMarshal.Read<short>(element),
            (ElementKind.Signed, 4) => MemoryMarshal.Read<int>(element),
            (_, 1) => element[0],
            (_, 2) => MemoryMarshal.Read<ushort>(element),
            (_, 4) => MemoryMarshal.Read<uint>(element),
            _ => MemoryMarshal.Read<long>(element),
        };
        isNegative = type.Kind == ElementKind.Signed && value < 0;
        return value;
    }

    /// <summary>One number in native order as text, for messages.</summary>
    public static string Describe(ElementType type, ReadOnlySpan<byte> bytes, int index)
    {
        ReadOnlySpan<byte> element = bytes.Slice(index * type.WidthBytes, type.WidthBytes);
        if (type.Kind != ElementKind.Float)
        {
            long value = ReadInteger(type, bytes, index, out _);
            return type.Kind == ElementKind.Signed
                ? value.ToString(CultureInfo.InvariantCulture)
                : ((ulong)value).ToString(CultureInfo.InvariantCulture);
        }

        double number = type.WidthBytes switch
        {
            2 => (double)MemoryMarshal.Read<Half>(element),
            4 => MemoryMarshal.Read<float>(element),
            _ => MemoryMarshal.Read<double>(element),
        };
        return number.ToString(CultureInfo.InvariantCulture);
    }

    private static int IntegersToSingles<T>(ReadOnlySpan<T> integers, Span<float> singles)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (int i = 0; i < integers.Length; i++)
        {
            float single = float.CreateTruncating(integers[i]);
            // Compared as 128-bit integers, which hold both exactly.
            if (Int128.CreateTruncating(single) != Int128.CreateTruncating(integers[i]))
                return i;
            singles[i] = single;
        }

        return -1;
    }
}
