using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace HashDb.Storage.Files;

/// <summary>CRC-32C (Castagnoli), in hardware where there is any. Finds every burst of up to 32 damaged bits.</summary>
internal static class Checksum
{
    /// <summary>The checksum of <paramref name="bytes"/>; <paramref name="seed"/> binds it to a place, such as a row number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static uint Compute(ReadOnlySpan<byte> bytes, ulong seed = 0)
    {
        uint crc = BitOperations.Crc32C(uint.MaxValue, seed);
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }
        foreach (byte b in bytes)
            crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
