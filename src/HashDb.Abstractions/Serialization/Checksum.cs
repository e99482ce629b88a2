using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace HashDb.Serialization;

/// <summary>CRC-32C (Castagnoli), in hardware where there is any. Finds every burst of up to 32 damaged bits.</summary>
public static class Checksum
{
    /// <summary>State before the first byte; give it to <see cref="Append"/>.</summary>
    public const uint InitialState = uint.MaxValue;

    /// <summary>The checksum of <paramref name="bytes"/>; <paramref name="seed"/> binds it to a place, such as a row number.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes, ulong seed = 0) => Finish(Append(BitOperations.Crc32C(InitialState, seed), bytes));

    /// <summary>The state after further bytes, for what does not lie in one piece.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static uint Append(uint state, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            state = BitOperations.Crc32C(state, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }
        foreach (byte b in bytes)
            state = BitOperations.Crc32C(state, b);
        return state;
    }

    /// <summary>The checksum that belongs to a state.</summary>
    public static uint Finish(uint state) => ~state;
}
