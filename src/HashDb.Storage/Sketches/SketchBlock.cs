// Reads and writes the fields of a block; SketchShape.cs has the layout. The header:
//
//   0  u32  CRC-32C of the bytes from 4 to the end, then of the checksums of the rows' vectors: it holds for these rows and no others
//   4  u32  cell
//   8  u32  rows
//
// The writer fills a block in memory and copies it to its file, the header last, so that a reader of the file sees a row whole or not
// at all.
using System.Runtime.InteropServices;
using HashDb.Serialization;
using HashDb.Storage.Records;

namespace HashDb.Storage.Sketches;

internal static unsafe class SketchBlock
{
    private const int CellOffset = sizeof(uint);
    private const int CountOffset = 2 * sizeof(uint);

    public static int CellOf(byte* block) => *(int*)(block + CellOffset);

    /// <summary>Rows that may be looked at.</summary>
    public static int CountOf(byte* block) => Volatile.Read(ref *(int*)(block + CountOffset));

    public static byte* Lines(byte* block) => block + SketchShape.HeaderBytes;

    /// <summary>Offsets of the 64 rows, then their slopes, then their spreads.</summary>
    public static float* Factors(SketchShape shape, byte* block) => (float*)(block + shape.FactorsOffset);

    public static uint* Rows(SketchShape shape, byte* block) => (uint*)(block + shape.RowsOffset);

    public static ReadOnlySpan<uint> RowsOf(SketchShape shape, byte* block) => new(Rows(shape, block), CountOf(block));

    public static void Begin(SketchShape shape, byte* block, int cell)
    {
        NativeMemory.Clear(block, (nuint)shape.BlockBytes);
        *(int*)(block + CellOffset) = cell;
    }

    /// <summary>Adds a row; there is room. Readers beside it see it whole or not at all.</summary>
    public static void Add(SketchShape shape, byte* block, uint row, ReadOnlySpan<byte> bits, SketchFactors factors)
    {
        int at = CountOf(block);
        byte* lines = Lines(block) + at;
        for (int line = 0; line < bits.Length; line++)
            lines[line * SketchShape.BlockRows] = bits[line];
        float* values = Factors(shape, block) + at;
        values[0] = factors.Offset;
        values[SketchShape.BlockRows] = factors.Slope;
        values[2 * SketchShape.BlockRows] = factors.Spread;
        Rows(shape, block)[at] = row;
        Volatile.Write(ref *(int*)(block + CountOffset), at + 1);
    }

    public static void Seal(SketchShape shape, byte* block, RecordStore records) =>
        *(uint*)block = ChecksumOf(shape, block, records);

    /// <summary>Is it a block of rows below <paramref name="rowCount"/>, made from the vectors that the rows have now?</summary>
    public static bool IsSound(SketchShape shape, byte* block, RecordStore records, long rowCount, int cellCount)
    {
        int count = CountOf(block);
        if (count is < 1 or > SketchShape.BlockRows || (uint)CellOf(block) >= (uint)cellCount)
            return false;
        uint* rows = Rows(shape, block);
        for (int i = 0; i < count; i++)
        {
            if (rows[i] >= rowCount)
                return false;
        }
        return *(uint*)block == ChecksumOf(shape, block, records);
    }

    private static uint ChecksumOf(SketchShape shape, byte* block, RecordStore records)
    {
        uint state = Checksum.Append(
            Checksum.InitialState, new ReadOnlySpan<byte>(block + CellOffset, shape.BlockBytes - CellOffset));
        Span<uint> vectors = stackalloc uint[CountOf(block)];
        uint* rows = Rows(shape, block);
        for (int i = 0; i < vectors.Length; i++)
            vectors[i] = records.MetadataOf(rows[i]).VectorChecksum;
        return Checksum.Finish(Checksum.Append(state, MemoryMarshal.AsBytes(vectors)));
    }
}
