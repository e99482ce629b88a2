// The 64 bytes that every extent, blob and log segment file begins with; docs/FILE-FORMAT.md, "File header".
//
//   0  u32  magic            which kind of file
//   4  u16  version
//   6  u16  header length    64
//   8  16B  collection id    a file of another collection is refused
//  24  u64  file number      extent, blob file or segment number
//  32  u64  first            first row, first byte or first log sequence number of the file
//  40  u32  stride           bytes of a row; 0 where rows have no fixed length
//  44  u32  set              records or generation number the file belongs to; 0 for the log
//  48  12B  zero
//  60  u32  CRC-32C of bytes 0 to 59
using System.Buffers.Binary;

using HashDb.Serialization;
namespace HashDb.Storage.Files;

internal readonly record struct FileHeader(uint Magic, Guid CollectionId, ulong FileNumber, ulong First, uint Stride, uint Set)
{
    public const int Length = 64;
    public const int MagicOffset = 0;
    public const int VersionOffset = 4;
    public const int HeaderLengthOffset = 6;
    public const int CollectionIdOffset = 8;
    public const int FileNumberOffset = 24;
    public const int FirstOffset = 32;
    public const int StrideOffset = 40;
    public const int SetOffset = 44;
    public const int ChecksumOffset = 60;

    /// <summary>Version of the file.</summary>
    public ushort Version { get; init; } = 1;

    /// <summary>The oldest version that is still read.</summary>
    public ushort OldestVersion { get; init; } = 1;

    public void WriteTo(Span<byte> destination)
    {
        destination[..Length].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(destination[MagicOffset..], Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[VersionOffset..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[HeaderLengthOffset..], Length);
        CollectionId.TryWriteBytes(destination[CollectionIdOffset..]);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[FileNumberOffset..], FileNumber);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[FirstOffset..], First);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[StrideOffset..], Stride);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[SetOffset..], Set);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[ChecksumOffset..], Checksum.Compute(destination[..ChecksumOffset]));
    }

    /// <summary>Compares the bytes found at the start of a file with what must stand there.</summary>
    /// <returns>Null when they agree, otherwise what is wrong.</returns>
    public string? Mismatch(ReadOnlySpan<byte> found)
    {
        if (found.Length < Length)
            return $"the file header has {found.Length} bytes of {Length}";
        if (BinaryPrimitives.ReadUInt32LittleEndian(found[ChecksumOffset..]) != Checksum.Compute(found[..ChecksumOffset]))
            return "the file header does not match its checksum";
        ushort version = BinaryPrimitives.ReadUInt16LittleEndian(found[VersionOffset..]);
        if (version < OldestVersion || version > Version)
            return $"the file has format version {version}; this build reads {OldestVersion} to {Version}";
        Span<byte> expected = stackalloc byte[Length];
        (this with { Version = version }).WriteTo(expected);
        return found[..Length].SequenceEqual(expected) ? null : "the file header is sound but belongs to another file or collection";
    }
}
