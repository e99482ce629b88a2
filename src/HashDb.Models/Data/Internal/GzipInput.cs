// Decompresses gzip (RFC 1952) strictly. The runtime's GZipStream takes a file that is cut off for its end and passes over
// bytes behind it; here each member must end with its checksum and length, and only another member may follow.
//
// Invariants: reads from a seekable file; not thread-safe. DeflateStream reads ahead and does not tell where the compressed
// data ended, so the trailer is looked for, by its known eight bytes, within the last piece that DeflateStream took.
using System.Buffers.Binary;
using System.IO.Compression;

namespace HashDb.Models.Data.Internal;

internal sealed class GzipInput : IDisposable
{
    /// <summary>First bytes of a member: two of magic, and the only compression method there is.</summary>
    public static ReadOnlySpan<byte> Magic => [0x1f, 0x8b, 8];

    private const int FixedHeaderBytes = 10;
    private const int TrailerBytes = 8;
    private const byte HeaderChecksumFlag = 2;
    private const byte ExtraFlag = 4;
    private const byte NameFlag = 8;
    private const byte CommentFlag = 16;
    private const byte ReservedFlags = 0xe0;

    private readonly FileStream _file;
    private readonly string _path;
    private TrackingInput? _input;
    private DeflateStream? _deflate;
    private uint _checksum;
    private uint _length;
    private bool _atEnd;

    /// <summary>Reads from the file's present position; the file stays the caller's.</summary>
    public GzipInput(FileStream file, string path)
    {
        _file = file;
        _path = path;
        BeginMember();
    }

    /// <summary>Reads decompressed bytes; 0 only at the sound end of the file.</summary>
    /// <exception cref="CorruptDataException">The compressed data is damaged, cut off, or followed by other bytes.</exception>
    public int Read(Span<byte> buffer)
    {
        while (!_atEnd && buffer.Length > 0)
        {
            int count;
            try
            {
                count = _deflate!.Read(buffer);
            }
            catch (InvalidDataException e)
            {
                throw new CorruptDataException(_path, _input!.PieceOffset, "the gzip data is damaged in the piece that starts here", e);
            }

            if (count > 0)
            {
                _checksum = GzipCrc32.Append(_checksum, buffer[..count]);
                _length = unchecked(_length + (uint)count);
                return count;
            }

            EndMember();
            if (_file.Position == _file.Length)
                _atEnd = true;
            else
                BeginMember();
        }

        return 0;
    }

    public void Dispose() => _deflate?.Dispose();

    private void BeginMember()
    {
        long start = _file.Position;
        Span<byte> header = stackalloc byte[FixedHeaderBytes];
        int count = _file.ReadAtLeast(header, FixedHeaderBytes, throwOnEndOfStream: false);
        if (!header[..count].StartsWith(Magic))
            throw new CorruptDataException(_path, start, $"{_file.Length - start} bytes follow the end of the gzip data");
        if (count < FixedHeaderBytes)
            throw new CorruptDataException(_path, start, $"the gzip header is cut off: {FixedHeaderBytes} bytes expected, {count} found");
        byte flags = header[3];
        if ((flags & ReservedFlags) != 0)
            throw new CorruptDataException(_path, start + 3, $"the gzip header has reserved flags (0x{flags:x2})");
        if ((flags & ExtraFlag) != 0)
            SkipHeaderBytes(ReadHeaderByte() | (ReadHeaderByte() << 8));
        if ((flags & NameFlag) != 0)
            SkipHeaderText();
        if ((flags & CommentFlag) != 0)
            SkipHeaderText();
        if ((flags & HeaderChecksumFlag) != 0)
            SkipHeaderBytes(2);
        _deflate?.Dispose();
        _input = new TrackingInput(_file);
        _deflate = new DeflateStream(_input, CompressionMode.Decompress, leaveOpen: true);
        _checksum = 0;
        _length = 0;
    }

    private void EndMember()
    {
        Span<byte> trailer = stackalloc byte[TrailerBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, _checksum);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], _length);
        // The data may have ended with the piece, then the trailer lies wholly behind it.
        byte[] last = new byte[_input!.PieceLength + TrailerBytes];
        _file.Position = _input.PieceOffset;
        int count = _file.ReadAtLeast(last, last.Length, throwOnEndOfStream: false);
        int at = last.AsSpan(0, count).IndexOf(trailer);
        if (at < 0)
        {
            bool isCutOff = _input.SawEndOfFile || _input.PieceOffset + count == _file.Length;
            throw new CorruptDataException(
                _path,
                _input.PieceOffset,
                isCutOff
                    ? $"the gzip data is cut off or damaged: after {_length} decompressed bytes neither more data nor their "
                        + $"checksum and length follow before the file ends at {_file.Length}"
                    : $"the gzip data is damaged: its checksum does not match the {_length} decompressed bytes");
        }

        _file.Position = _input.PieceOffset + at + TrailerBytes;
    }

    private void SkipHeaderText()
    {
        while (ReadHeaderByte() != 0)
        {
        }
    }

    private void SkipHeaderBytes(int count)
    {
        for (int i = 0; i < count; i++)
            ReadHeaderByte();
    }

    private int ReadHeaderByte()
    {
        int value = _file.ReadByte();
        return value >= 0 ? value : throw new CorruptDataException(_path, _file.Length, "the gzip header is cut off");
    }

    /// <summary>Passes the file on and remembers which piece was taken last.</summary>
    private sealed class TrackingInput(FileStream file) : Stream
    {
        public long PieceOffset { get; private set; } = file.Position;

        public int PieceLength { get; private set; }

        public bool SawEndOfFile { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            long offset = file.Position;
            int count = file.Read(buffer);
            if (count == 0)
            {
                SawEndOfFile = true;
                return 0;
            }

            PieceOffset = offset;
            PieceLength = count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
