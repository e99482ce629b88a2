using System.Buffers.Binary;
using System.Numerics;

namespace HashDb.Models;

/// <summary>Sizes of, and distances between, packed hashcodes.</summary>
public static class HashcodeMath
{
    /// <summary>Bytes of one packed hashcode: <c>ceil(bitCount / 8)</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// Below <see cref="Hashcode.MinBitCount"/> or above <see cref="Hashcode.MaxBitCount"/>.
    /// </exception>
    public static int ByteCount(int bitCount)
    {
        if (bitCount is < Hashcode.MinBitCount or > Hashcode.MaxBitCount)
        {
            throw new ArgumentOutOfRangeException(
                nameof(bitCount), bitCount, $"A hashcode has {Hashcode.MinBitCount} to {Hashcode.MaxBitCount} bits.");
        }

        return (bitCount + 7) >> 3;
    }

    /// <summary>Number of bits in which two packed hashcodes differ.</summary>
    /// <param name="left">Packed hashcode.</param>
    /// <param name="right">Packed hashcode of the same length.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static int HammingDistance(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.Length != right.Length)
            throw new ArgumentException($"Hashcodes of {left.Length} and {right.Length} bytes have no distance.", nameof(right));

        int sum = 0;
        while (left.Length >= sizeof(ulong))
        {
            sum += BitOperations.PopCount(BinaryPrimitives.ReadUInt64LittleEndian(left) ^ BinaryPrimitives.ReadUInt64LittleEndian(right));
            left = left[sizeof(ulong)..];
            right = right[sizeof(ulong)..];
        }

        for (int i = 0; i < left.Length; i++)
            sum += BitOperations.PopCount((uint)(left[i] ^ right[i]));
        return sum;
    }

    /// <summary>Bit <paramref name="bit"/> of a packed hashcode.</summary>
    public static bool IsBitSet(ReadOnlySpan<byte> packed, int bit) => (packed[bit >> 3] >> (bit & 7) & 1) != 0;
}
