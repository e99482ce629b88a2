// The innermost loop of a search: for the 64 rows of a block, the sums of a query's table entries over all nibbles. Whole numbers, so
// they are the same at every register width. A line holds eight bits of 64 rows: each byte is two nibbles, each a look-up of 16 bytes.
// The two bytes add up in a byte; bytes are added to 16-bit sums whose low and high halves are two rows, and pulled apart at the end.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using HashDb.Models.Numerics;

namespace HashDb.Storage.Sketches;

internal static unsafe class BlockScan
{
    /// <summary>Sums the entries of the rows of a block.</summary>
    /// <param name="lines">Lines of the block.</param>
    /// <param name="lineCount">Number of lines.</param>
    /// <param name="table">Entries of two nibbles a line.</param>
    /// <param name="sums">Receives 64 sums.</param>
    public static void Sum(byte* lines, int lineCount, byte* table, ushort* sums)
    {
        if (Avx512BW.IsSupported && Vector512.IsHardwareAccelerated)
            Sum512(lines, lineCount, table, sums);
        else if (Avx2.IsSupported)
            Sum256(lines, lineCount, table, sums);
        else
            Sum128(lines, lineCount, table, sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Sum512(byte* lines, int lineCount, byte* table, ushort* sums)
    {
        Vector512<byte> mask = Vector512.Create((byte)15);
        Vector512<ushort> both = default, high = default;
        for (int line = 0; line < lineCount; line++, lines += SketchShape.BlockRows, table += 2 * QueryTable.EntriesPerNibble)
        {
            Vector512<byte> bits = Vector512.Load(lines);
            Vector512<byte> entries = Avx512BW.Shuffle(Wide(table), bits & mask)
                + Avx512BW.Shuffle(Wide(table + QueryTable.EntriesPerNibble), (bits.AsUInt16() >>> 4).AsByte() & mask);
            both += entries.AsUInt16();
            high += entries.AsUInt16() >>> 8;
        }
        Vector512<ushort> low = both - (high << 8);
        (Vector512<ushort> first, Vector512<ushort> second) = (Avx512BW.UnpackLow(low, high), Avx512BW.UnpackHigh(low, high));
        for (int i = 0; i < 4; i++)
        {
            // Unpacking works inside each 128 bits.
            Part(first, i).Store(sums + (i * 16));
            Part(second, i).Store(sums + (i * 16) + 8);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Sum256(byte* lines, int lineCount, byte* table, ushort* sums)
    {
        Vector256<byte> mask = Vector256.Create((byte)15);
        for (int half = 0; half < 2; half++)
        {
            byte* line = lines + (half * 32);
            byte* entry = table;
            Vector256<ushort> both = default, high = default;
            for (int i = 0; i < lineCount; i++, line += SketchShape.BlockRows, entry += 2 * QueryTable.EntriesPerNibble)
            {
                Vector256<byte> bits = Vector256.Load(line);
                Vector256<byte> entries = Avx2.Shuffle(Avx2.BroadcastVector128ToVector256(entry), bits & mask)
                    + Avx2.Shuffle(
                        Avx2.BroadcastVector128ToVector256(entry + QueryTable.EntriesPerNibble), (bits.AsUInt16() >>> 4).AsByte() & mask);
                both += entries.AsUInt16();
                high += entries.AsUInt16() >>> 8;
            }
            Vector256<ushort> low = both - (high << 8);
            (Vector256<ushort> first, Vector256<ushort> second) = (Avx2.UnpackLow(low, high), Avx2.UnpackHigh(low, high));
            ushort* to = sums + (half * 32);
            first.GetLower().Store(to);
            second.GetLower().Store(to + 8);
            first.GetUpper().Store(to + 16);
            second.GetUpper().Store(to + 24);
        }
    }

    /// <summary>For every other machine: Arm's and x86's table look-up of 16 bytes, or the scalar one behind the same call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Sum128(byte* lines, int lineCount, byte* table, ushort* sums)
    {
        Vector128<byte> mask = Vector128.Create((byte)15);
        for (int part = 0; part < 4; part++)
        {
            byte* line = lines + (part * 16);
            byte* entry = table;
            Vector128<ushort> low = default, high = default;
            for (int i = 0; i < lineCount; i++, line += SketchShape.BlockRows, entry += 2 * QueryTable.EntriesPerNibble)
            {
                Vector128<byte> bits = Vector128.Load(line);
                Vector128<byte> entries = Vector128.Shuffle(Vector128.Load(entry), bits & mask)
                    + Vector128.Shuffle(Vector128.Load(entry + QueryTable.EntriesPerNibble), (bits.AsUInt16() >>> 4).AsByte() & mask);
                low += Vector128.WidenLower(entries);
                high += Vector128.WidenUpper(entries);
            }
            low.Store(sums + (part * 16));
            high.Store(sums + (part * 16) + 8);
        }
    }

    private static Vector512<byte> Wide(byte* entries) => Avx512F.BroadcastVector128ToVector512((int*)entries).AsByte();

    private static Vector128<ushort> Part(Vector512<ushort> value, int part) => part switch
    {
        0 => value.GetLower().GetLower(),
        1 => value.GetLower().GetUpper(),
        2 => value.GetUpper().GetLower(),
        _ => value.GetUpper().GetUpper(),
    };
}
