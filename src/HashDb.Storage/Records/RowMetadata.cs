// What is known of a row besides its vector; docs/FILE-FORMAT.md, "Row metadata".
//
//   0  u64  id
//   8  u64  log sequence number of the operation that wrote the row
//  16  u64  blob address        0 when the row has neither labels nor payload
//  24  u32  blob length
//  28  u32  CRC-32C of the blob, seeded with its address
//  32  u32  CRC-32C of the vector, seeded with the id
//  36  u32  CRC-32C of bytes 0 to 35, seeded with the row number
using System.Buffers.Binary;
using HashDb.Serialization;
using HashDb.Storage.Files;

namespace HashDb.Storage.Records;

internal readonly record struct RowMetadata(
    VectorId Id, long SequenceNumber, ulong BlobAddress, int BlobLength, uint BlobChecksum, uint VectorChecksum)
{
    public const int Length = 40;
    public const uint Magic = 0x4D444248; // "HBDM"

    public const int IdOffset = 0;
    public const int SequenceNumberOffset = 8;
    public const int BlobAddressOffset = 16;
    public const int BlobLengthOffset = 24;
    public const int BlobChecksumOffset = 28;
    public const int VectorChecksumOffset = 32;
    public const int ChecksumOffset = 36;

    public void WriteTo(Span<byte> destination, uint row)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(destination[IdOffset..], Id.Value);
        BinaryPrimitives.WriteInt64LittleEndian(destination[SequenceNumberOffset..], SequenceNumber);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[BlobAddressOffset..], BlobAddress);
        BinaryPrimitives.WriteInt32LittleEndian(destination[BlobLengthOffset..], BlobLength);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[BlobChecksumOffset..], BlobChecksum);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[VectorChecksumOffset..], VectorChecksum);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[ChecksumOffset..], Checksum.Compute(destination[..ChecksumOffset], row));
    }

    public static RowMetadata ReadFrom(ReadOnlySpan<byte> source) => new(
        IdOf(source),
        BinaryPrimitives.ReadInt64LittleEndian(source[SequenceNumberOffset..]),
        BinaryPrimitives.ReadUInt64LittleEndian(source[BlobAddressOffset..]),
        BinaryPrimitives.ReadInt32LittleEndian(source[BlobLengthOffset..]),
        BinaryPrimitives.ReadUInt32LittleEndian(source[BlobChecksumOffset..]),
        BinaryPrimitives.ReadUInt32LittleEndian(source[VectorChecksumOffset..]));

    public static VectorId IdOf(ReadOnlySpan<byte> source) => new(BinaryPrimitives.ReadUInt64LittleEndian(source[IdOffset..]));

    public static bool IsSound(ReadOnlySpan<byte> source, uint row) =>
        BinaryPrimitives.ReadUInt32LittleEndian(source[ChecksumOffset..]) == Checksum.Compute(source[..ChecksumOffset], row);
}
