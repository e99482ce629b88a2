// One frame of the write-ahead log holds one write request: it is durable as a whole or not at all. A frame's header has a
// checksum of its own, so that a length is never believed before it is checked; docs/FILE-FORMAT.md, "Write-ahead log".
//
// Frame header, 32 bytes:
//   0  u32  magic "HBDF"
//   4  u32  body length
//   8  i64  log sequence number of the first operation; the others follow one by one
//  16  u32  number of operations
//  20  u32  CRC-32C of the body, seeded with 0
//  24  u32  zero
//  28  u32  CRC-32C of bytes 0 to 27
//
// Body:
//   0  u8   operation: 1 insert, 2 upsert, 3 delete, 4 learn, 5 discard the draft
//   1  u8   flags: 1 stamped, 2 ends with a digest (from version 2 of a segment on, with every stamp)
//   2  u8   zero, twice
//   4  u32  number of operations, n
//   8       when stamped: 16 bytes client id, i64 number of the client's first operation
// then, for insert, upsert and delete, u64 ids, n of them, and for insert and upsert each column for all n in turn:
//      packed hashcodes; vectors, float32; blob lengths, u32; blobs
// for learn, each column for all n in turn:
//      whose the labels are, u8: 0 the item's own, 1 its neighbours'; vectors, float32; lengths of the labels in bytes, u32; labels, i32
// for discard (n is 1) nothing
// and at the end, with the flag, u32 digest: CRC-32C of what the client sent; docs/FILE-FORMAT.md says of which bytes
using System.Buffers.Binary;
using HashDb.Serialization;
using HashDb.Storage.Files;

namespace HashDb.Storage.Log;

internal static class LogFormat
{
    public const uint SegmentMagic = 0x57444248; // "HBDW"
    public const uint FrameMagic = 0x46444248; // "HBDF"

    /// <summary>Version of a segment.</summary>
    public const ushort SegmentVersion = 2;

    /// <summary>Segments before frames had digests; still read.</summary>
    public const ushort OldestSegmentVersion = 1;

    public const int FrameHeaderLength = 32;
    public const int BodyLengthOffset = 4;
    public const int SequenceNumberOffset = 8;
    public const int OperationCountOffset = 16;
    public const int BodyChecksumOffset = 20;
    public const int HeaderChecksumOffset = 28;

    public const int OperationOffset = 0;
    public const int FlagsOffset = 1;
    public const int CountOffset = 4;
    public const int BodyHeaderLength = 8;

    /// <summary>The flag of a body that holds a stamp.</summary>
    public const byte Stamped = 1;

    /// <summary>The flag of a body that ends with a digest; only together with a stamp.</summary>
    public const byte Digested = 2;

    public const int DigestLength = sizeof(uint);
    public const int ClientIdLength = 16;
    public const int StampLength = ClientIdLength + sizeof(long);

    /// <summary>The largest body: a full batch, its codes and its blobs, with room for the columns of lengths and ids.</summary>
    public const int MaxBodyBytes = StorageLimits.MaxBatchBytes;

    public static void WriteFrameHeader(Span<byte> header, int bodyLength, uint bodyChecksum, long sequenceNumber, int operations)
    {
        header[..FrameHeaderLength].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, FrameMagic);
        BinaryPrimitives.WriteInt32LittleEndian(header[BodyLengthOffset..], bodyLength);
        BinaryPrimitives.WriteInt64LittleEndian(header[SequenceNumberOffset..], sequenceNumber);
        BinaryPrimitives.WriteInt32LittleEndian(header[OperationCountOffset..], operations);
        BinaryPrimitives.WriteUInt32LittleEndian(header[BodyChecksumOffset..], bodyChecksum);
        BinaryPrimitives.WriteUInt32LittleEndian(header[HeaderChecksumOffset..], Checksum.Compute(header[..HeaderChecksumOffset]));
    }

    /// <summary>Reads a frame header; false when it is not one.</summary>
    public static bool TryReadFrameHeader(ReadOnlySpan<byte> header, out FrameHeader frame)
    {
        frame = default;
        if (header.Length < FrameHeaderLength
            || BinaryPrimitives.ReadUInt32LittleEndian(header) != FrameMagic
            || BinaryPrimitives.ReadUInt32LittleEndian(header[HeaderChecksumOffset..]) != Checksum.Compute(header[..HeaderChecksumOffset]))
            return false;
        frame = new FrameHeader(
            BinaryPrimitives.ReadInt32LittleEndian(header[BodyLengthOffset..]),
            BinaryPrimitives.ReadInt64LittleEndian(header[SequenceNumberOffset..]),
            BinaryPrimitives.ReadInt32LittleEndian(header[OperationCountOffset..]),
            BinaryPrimitives.ReadUInt32LittleEndian(header[BodyChecksumOffset..]));
        return frame.BodyLength is >= BodyHeaderLength and <= MaxBodyBytes
            && frame.OperationCount is >= 1 and <= StorageLimits.MaxBatchRecords;
    }
}

/// <summary>What a frame says of itself.</summary>
internal readonly record struct FrameHeader(int BodyLength, long SequenceNumber, int OperationCount, uint BodyChecksum);
