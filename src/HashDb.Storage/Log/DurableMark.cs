// How far the log was known to be flushed, in a small file beside it: written after each flush, before the acknowledgement, and
// itself not flushed. After a killed process it is exact, after a loss of power it may lag, and it never leads. A log that ends
// before it has lost acknowledged writes, which tells a damaged log from a torn tail; docs/FILE-FORMAT.md, "Durable mark".
//
//   0  u32  magic "HBDD"
//   4  u32  format version
//   8  i64  log sequence number
//  16  u32  CRC-32C of bytes 0 to 15
using System.Buffers.Binary;
using HashDb.Models.Files;
using HashDb.Serialization;
using HashDb.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace HashDb.Storage.Log;

internal sealed class DurableMark : IDisposable
{
    public const string FileName = "DURABLE";
    public const uint Magic = 0x44444248; // "HBDD"
    public const uint Version = 1;
    public const int Length = 20;
    private const int SequenceNumberOffset = 8;
    private const int ChecksumOffset = 16;

    private readonly SafeFileHandle? _handle;
    private readonly byte[] _bytes = new byte[Length];

    /// <param name="directory">The folder of the log.</param>
    /// <param name="isReadOnly">True to leave the file as it is, and to make none.</param>
    public DurableMark(string directory, bool isReadOnly = false)
    {
        string path = Path.Combine(directory, FileName);
        if (!isReadOnly)
            _handle = PrivateFile.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        else if (File.Exists(path))
            _handle = File.OpenHandle(path);
        int read = _handle is null ? 0 : RandomAccess.Read(_handle, _bytes, 0);
        // A damaged or missing mark is no mark: it only ever makes recovery stricter.
        SequenceNumber = read == Length && IsSound(_bytes)
            ? BinaryPrimitives.ReadInt64LittleEndian(_bytes.AsSpan(SequenceNumberOffset))
            : 0;
        WasSound = read == 0 || SequenceNumber > 0;
    }

    /// <summary>Every operation up to this one was flushed.</summary>
    public long SequenceNumber { get; private set; }

    /// <summary>False when the file was there but damaged.</summary>
    public bool WasSound { get; }

    public void Advance(long sequenceNumber)
    {
        SequenceNumber = sequenceNumber;
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(sizeof(uint)), Version);
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.AsSpan(SequenceNumberOffset), sequenceNumber);
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(ChecksumOffset), Checksum.Compute(_bytes.AsSpan(0, ChecksumOffset)));
        RandomAccess.Write(_handle!, _bytes, 0);
    }

    public void Dispose() => _handle?.Dispose();

    private static bool IsSound(ReadOnlySpan<byte> bytes) =>
        BinaryPrimitives.ReadUInt32LittleEndian(bytes) == Magic
        && BinaryPrimitives.ReadUInt32LittleEndian(bytes[ChecksumOffset..]) == Checksum.Compute(bytes[..ChecksumOffset]);
}
