// The hashcodes that one model gave to the rows: for each row the packed codes of all tables, then their CRC-32C, seeded with
// the row number; docs/FILE-FORMAT.md, "Hashcodes". Belongs to a generation, because another model gives other codes.
using System.Buffers;
using System.Buffers.Binary;
using HashDb.Serialization;
using HashDb.Storage.Files;

namespace HashDb.Storage.Records;

internal sealed class CodeStore : IDisposable
{
    public const uint Magic = 0x43444248; // "HBDC"
    public const string FileName = "codes";
    private const int ChecksumBytes = sizeof(uint);

    public CodeStore(string directory, Guid collectionId, uint generation, int codeBytes, bool isReadOnly = false)
    {
        CodeBytes = codeBytes;
        Extents = new ExtentSet(directory, FileName, Magic, collectionId, generation, codeBytes + ChecksumBytes, isReadOnly);
    }

    /// <summary>Bytes of a row's codes, all tables together.</summary>
    public int CodeBytes { get; }

    public ExtentSet Extents { get; }

    /// <summary>The codes of a row, without a check: they were checked at open.</summary>
    public ReadOnlySpan<byte> Row(uint row) => Extents.Row(row)[..CodeBytes];

    public bool IsSound(uint row) => IsSound(row, Extents.Row(row));

    /// <summary>Do the bytes of a row match its checksum?</summary>
    public bool IsSound(uint row, ReadOnlySpan<byte> bytes) =>
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[CodeBytes..]) == Checksum.Compute(bytes[..CodeBytes], row);

    /// <summary>Writes the codes of consecutive rows, <c>count * CodeBytes</c> bytes.</summary>
    public void Write(uint firstRow, ReadOnlySpan<byte> codes)
    {
        int count = codes.Length / CodeBytes;
        byte[] pooled = ArrayPool<byte>.Shared.Rent(count * Extents.Stride);
        Span<byte> rows = pooled.AsSpan(0, count * Extents.Stride);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> code = codes.Slice(i * CodeBytes, CodeBytes);
            Span<byte> row = rows.Slice(i * Extents.Stride, Extents.Stride);
            code.CopyTo(row);
            BinaryPrimitives.WriteUInt32LittleEndian(row[CodeBytes..], Checksum.Compute(code, firstRow + (uint)i));
        }
        Extents.Write(firstRow, rows);
        ArrayPool<byte>.Shared.Return(pooled);
    }

    public void Dispose() => Extents.Dispose();
}
