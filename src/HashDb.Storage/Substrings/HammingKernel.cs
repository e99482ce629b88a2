// Popcount scans: which of consecutive codes lie within a radius of a query, one kernel for each size of a code. Distances are whole
// numbers, so every kernel gives the same hits in the same order.
//
// Codes of 32 and 64 bits are compared 4 to 16 at a time: nibbles are looked up in a table of 16 bytes, or counted by Arm's own
// instruction, and the counts added up lane by lane. From 128 bits on a code is counted word by word: with an instruction for 64 bits that
// is as fast as memory brings the codes, so wider registers gain nothing. (.NET has no call for AVX-512's VPOPCNTDQ.) Arm counts 16 bytes
// at a time.
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace HashDb.Storage.Substrings;

internal static unsafe class HammingKernel
{
    /// <summary>Codes that may be read, and are left out, behind the last one.</summary>
    public const int PaddingCodes = 16;

    /// <summary>Low bits of a hit, its distance; above it stands the number of the code.</summary>
    public const int DistanceBits = 16;

    /// <summary>Bits set in each number of four bits.</summary>
    private static Vector128<byte> Nibbles => Vector128.Create(0x0302_0201_0201_0100UL, 0x0403_0302_0302_0201UL).AsByte();

    public static int DistanceOf(ulong hit) => (int)(hit & ((1 << DistanceBits) - 1));

    public static int IndexOf(ulong hit) => (int)(hit >> DistanceBits);

    /// <summary>Finds codes of up to 32 bits.</summary>
    /// <param name="codes">The codes, with <see cref="PaddingCodes"/> behind them.</param>
    /// <param name="count">Number of codes.</param>
    /// <param name="query">What they are compared with.</param>
    /// <param name="radius">Bits by which they may differ.</param>
    /// <param name="hits">Receives number and distance of each code that was found; room for all.</param>
    /// <returns>How many were found.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Find32(uint* codes, int count, uint query, int radius, ulong* hits)
    {
        if (Avx512BW.IsSupported && Vector512.IsHardwareAccelerated)
            return Find32By512(codes, count, query, radius, hits);
        return Avx2.IsSupported
            ? Find32By256(codes, count, query, radius, hits)
            : Find32By128(codes, count, query, radius, hits);
    }

    /// <summary>Finds codes of up to 64 bits.</summary>
    /// <inheritdoc cref="Find32"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Find64(ulong* codes, int count, ulong query, int radius, ulong* hits)
    {
        if (Avx512BW.IsSupported && Vector512.IsHardwareAccelerated)
            return Find64By512(codes, count, query, radius, hits);
        return Avx2.IsSupported
            ? Find64By256(codes, count, query, radius, hits)
            : Find64By128(codes, count, query, radius, hits);
    }

    /// <summary>Finds codes of 2, 4 or 8 words.</summary>
    /// <inheritdoc cref="Find32"/>
    public static int FindWords(ulong* codes, int words, int count, ulong* query, int radius, ulong* hits) => words switch
    {
        2 => Find128(codes, count, query, radius, hits),
        4 => Find256(codes, count, query, radius, hits),
        _ => Find512(codes, count, query, radius, hits),
    };

    /// <summary>Bits by which two codes of 2, 4 or 8 words differ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Distance(ulong* left, ulong* right, int words) => words switch
    {
        2 => Distance128(left, right),
        4 => Distance256(left, right),
        _ => Distance256(left, right) + Distance256(left + 4, right + 4),
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int Find32By512(uint* codes, int count, uint query, int radius, ulong* hits)
    {
        Vector512<uint> wanted = Vector512.Create(query);
        Vector512<int> limit = Vector512.Create(radius);
        int found = 0;
        for (int i = 0; i < count; i += Vector512<uint>.Count)
        {
            Vector512<byte> bits = CountBytes((Vector512.Load(codes + i) ^ wanted).AsByte());
            Vector512<int> distances = Avx512BW.MultiplyAddAdjacent(
                Avx512BW.MultiplyAddAdjacent(bits, Vector512<sbyte>.One), Vector512<short>.One);
            ulong within = ~Vector512.GreaterThan(distances, limit).ExtractMostSignificantBits();
            for (within &= First(count - i, Vector512<uint>.Count); within != 0; within &= within - 1)
                hits[found++] = Hit32(codes, i + BitOperations.TrailingZeroCount(within), query);
        }
        return found;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int Find32By256(uint* codes, int count, uint query, int radius, ulong* hits)
    {
        Vector256<uint> wanted = Vector256.Create(query);
        Vector256<int> limit = Vector256.Create(radius);
        int found = 0;
        for (int i = 0; i < count; i += Vector256<uint>.Count)
        {
            Vector256<byte> bits = CountBytes((Vector256.Load(codes + i) ^ wanted).AsByte());
            Vector256<int> distances = Avx2.MultiplyAddAdjacent(
                Avx2.MultiplyAddAdjacent(bits, Vector256<sbyte>.One), Vector256<short>.One);
            ulong within = ~Vector256.GreaterThan(distances, limit).ExtractMostSignificantBits();
            for (within &= First(count - i, Vector256<uint>.Count); within != 0; within &= within - 1)
                hits[found++] = Hit32(codes, i + BitOperations.TrailingZeroCount(within), query);
        }
        return found;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int Find32By128(uint* codes, int count, uint query, int radius, ulong* hits)
    {
        Vector128<uint> wanted = Vector128.Create(query);
        Vector128<uint> limit = Vector128.Create((uint)radius);
        int found = 0;
        for (int i = 0; i < count; i += Vector128<uint>.Count)
        {
            Vector128<uint> sums = CountBytes((Vector128.Load(codes + i) ^ wanted).AsByte()).AsUInt32();
            sums += sums >>> 8;
            sums += sums >>> 16;
            ulong within = ~Vector128.GreaterThan(sums & Vector128.Create(0xFFu), limit).ExtractMostSignificantBits();
            for (within &= First(count - i, Vector128<uint>.Count); within != 0; within &= within - 1)
                hits[found++] = Hit32(codes, i + BitOperations.TrailingZeroCount(within), query);
        }
        return found;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int Find64By512(ulong* codes, int count, ulong query, int radius, ulong* hits)
    {
        Vector512<ulong> wanted = Vector512.Create(query);
        Vector512<long> limit = Vector512.Create((long)radius);
        int found = 0;
        for (int i = 0; i < count; i += Vector512<ulong>.Count)
        {
            Vector512<byte> bits = CountBytes((Vector512.Load(codes + i) ^ wanted).AsByte());
            Vector512<long> distances = Avx512BW.SumAbsoluteDifferences(bits, Vector512<byte>.Zero).AsInt64();
            ulong within = ~Vector512.GreaterThan(distances, limit).ExtractMostSignificantBits();
            for (within &= First(count - i, Vector512<ulong>.Count); within != 0; within &= within - 1)
                hits[found++] = Hit64(codes, i + BitOperations.TrailingZeroCount(within), query);
        }
        return found;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int Find64By256(ulong* codes, int count, ulong query, int radius, ulong* hits)
    {
        Vector256<ulong> wanted = Vector256.Create(query);
        Vector256<long> limit = Vector256.Create((long)radius);
        int found = 0;
        for (int i = 0; i < count; i += Vector256<ulong>.Count)
        {
            Vector256<byte> bits = CountBytes((Vector256.Load(codes + i) ^ wanted).AsByte());
            Vector256<long> distances = Avx2.SumAbsoluteDifferences(bits, Vector256<byte>.Zero).AsInt64();
            ulong within = ~Vector256.GreaterThan(distances, limit).ExtractMostSignificantBits();
            for (within &= First(count - i, Vector256<ulong>.Count); within != 0; within &= within - 1)
                hits[found++] = Hit64(codes, i + BitOperations.TrailingZeroCount(within), query);
        }
        return found;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int Find64By128(ulong* codes, int count, ulong query, int radius, ulong* hits)
    {
        Vector128<ulong> wanted = Vector128.Create(query);
        Vector128<ulong> limit = Vector128.Create((ulong)radius);
        int found = 0;
        for (int i = 0; i < count; i += Vector128<ulong>.Count)
        {
            Vector128<ulong> sums = CountBytes((Vector128.Load(codes + i) ^ wanted).AsByte()).AsUInt64();
            sums += sums >>> 8;
            sums += sums >>> 16;
            sums += sums >>> 32;
            ulong within = ~Vector128.GreaterThan(sums & Vector128.Create(0xFFUL), limit).ExtractMostSignificantBits();
            for (within &= First(count - i, Vector128<ulong>.Count); within != 0; within &= within - 1)
                hits[found++] = Hit64(codes, i + BitOperations.TrailingZeroCount(within), query);
        }
        return found;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Find128(ulong* codes, int count, ulong* query, int radius, ulong* hits)
    {
        int found = 0;
        for (int i = 0; i < count; i++, codes += 2)
        {
            int distance = Distance128(codes, query);
            if (distance <= radius)
                hits[found++] = Hit(i, distance);
        }
        return found;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Find256(ulong* codes, int count, ulong* query, int radius, ulong* hits)
    {
        int found = 0;
        for (int i = 0; i < count; i++, codes += 4)
        {
            int distance = Distance256(codes, query);
            if (distance <= radius)
                hits[found++] = Hit(i, distance);
        }
        return found;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Find512(ulong* codes, int count, ulong* query, int radius, ulong* hits)
    {
        int found = 0;
        for (int i = 0; i < count; i++, codes += 8)
        {
            int distance = Distance256(codes, query) + Distance256(codes + 4, query + 4);
            if (distance <= radius)
                hits[found++] = Hit(i, distance);
        }
        return found;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Distance128(ulong* left, ulong* right)
    {
        if (AdvSimd.Arm64.IsSupported)
            return AdvSimd.Arm64.AddAcross(AdvSimd.PopCount((Vector128.Load(left) ^ Vector128.Load(right)).AsByte())).ToScalar();
        return BitOperations.PopCount(left[0] ^ right[0]) + BitOperations.PopCount(left[1] ^ right[1]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Distance256(ulong* left, ulong* right)
    {
        if (AdvSimd.Arm64.IsSupported)
        {
            Vector128<byte> bits = AdvSimd.PopCount((Vector128.Load(left) ^ Vector128.Load(right)).AsByte())
                + AdvSimd.PopCount((Vector128.Load(left + 2) ^ Vector128.Load(right + 2)).AsByte());
            return AdvSimd.Arm64.AddAcrossWidening(bits).ToScalar();
        }
        return BitOperations.PopCount(left[0] ^ right[0]) + BitOperations.PopCount(left[1] ^ right[1])
            + BitOperations.PopCount(left[2] ^ right[2]) + BitOperations.PopCount(left[3] ^ right[3]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> CountBytes(Vector512<byte> x)
    {
        Vector512<byte> mask = Vector512.Create((byte)15);
        Vector256<byte> half = Vector256.Create(Nibbles, Nibbles);
        Vector512<byte> table = Vector512.Create(half, half);
        return Avx512BW.Shuffle(table, x & mask) + Avx512BW.Shuffle(table, (x.AsUInt16() >>> 4).AsByte() & mask);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> CountBytes(Vector256<byte> x)
    {
        Vector256<byte> mask = Vector256.Create((byte)15);
        Vector256<byte> table = Vector256.Create(Nibbles, Nibbles);
        return Avx2.Shuffle(table, x & mask) + Avx2.Shuffle(table, (x.AsUInt16() >>> 4).AsByte() & mask);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> CountBytes(Vector128<byte> x)
    {
        if (AdvSimd.IsSupported)
            return AdvSimd.PopCount(x);
        Vector128<byte> mask = Vector128.Create((byte)15);
        return Vector128.Shuffle(Nibbles, x & mask) + Vector128.Shuffle(Nibbles, (x.AsUInt16() >>> 4).AsByte() & mask);
    }

    /// <summary>A mask of the codes of a step that are still to be looked at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong First(int left, int lanes) => (1UL << Math.Min(left, lanes)) - 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Hit32(uint* codes, int index, uint query) => Hit(index, BitOperations.PopCount(codes[index] ^ query));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Hit64(ulong* codes, int index, ulong query) => Hit(index, BitOperations.PopCount(codes[index] ^ query));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Hit(int index, int distance) => ((ulong)(uint)index << DistanceBits) | (uint)distance;
}
