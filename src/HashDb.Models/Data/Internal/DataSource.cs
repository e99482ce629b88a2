// A file, or what a gzip file holds, as one run of bytes with a known position. Not thread-safe.
//
// Invariant: Offset counts the bytes of the data, decompressed; it is what CorruptDataException reports, and for a
// compressed file the message says so.
using HashDb.Models.Files;

namespace HashDb.Models.Data.Internal;

internal sealed class DataSource : IDisposable
{
    private const int FileBufferBytes = 1 << 16;
    private const int SkipBufferBytes = 1 << 16;
    private readonly FileStream _file;
    private GzipInput? _gzip;

    private DataSource(FileStream file, string path)
    {
        _file = file;
        Path = path;
    }

    public string Path { get; }

    public long Offset { get; private set; }

    public bool IsCompressed => _gzip is not null;

    /// <summary>Bytes of data in all; null for a compressed file, which tells only at its end.</summary>
    public long? Length => IsCompressed ? null : _file.Length;

    /// <exception cref="NotSupportedException">The path names something that is not a regular file.</exception>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="CorruptDataException">The header of the gzip data is damaged.</exception>
    public static DataSource Open(string path)
    {
        RegularFile.Check(path);
        FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileBufferBytes, FileOptions.SequentialScan);
        try
        {
            DataSource source = new(file, path);
            Span<byte> magic = stackalloc byte[GzipInput.Magic.Length];
            int count = file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
            file.Position = 0;
            if (magic[..count].SequenceEqual(GzipInput.Magic))
                source._gzip = new GzipInput(file, path);
            return source;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Goes back to the first byte.</summary>
    public void Restart()
    {
        _file.Position = 0;
        Offset = 0;
        if (_gzip is null)
            return;
        _gzip.Dispose();
        _gzip = new GzipInput(_file, Path);
    }

    /// <summary>Fills the buffer as far as the data goes.</summary>
    public int Read(Span<byte> buffer)
    {
        int total = 0;
        while (total < buffer.Length)
        {
            int count = _gzip is null ? _file.Read(buffer[total..]) : _gzip.Read(buffer[total..]);
            if (count == 0)
                break;
            total += count;
            Offset += count;
        }

        return total;
    }

    /// <summary>Fills the buffer from a place in a file that is not compressed, as far as the data goes; the position stays.</summary>
    public int ReadAt(long offset, Span<byte> buffer)
    {
        int total = 0;
        while (total < buffer.Length)
        {
            int count = RandomAccess.Read(_file.SafeFileHandle, buffer[total..], offset + total);
            if (count == 0)
                break;
            total += count;
        }

        return total;
    }

    /// <summary>Fills the whole buffer.</summary>
    /// <exception cref="CorruptDataException">The data ends before.</exception>
    public void ReadExactly(Span<byte> buffer, string what)
    {
        long start = Offset;
        int count = Read(buffer);
        if (count < buffer.Length)
            throw Corrupt(start, $"the data is cut off: {buffer.Length} bytes of {what} expected, {count} found");
    }

    /// <summary>Passes over bytes; in a file that is not compressed, without reading them. Stops at the end of the data.</summary>
    public long Skip(long count)
    {
        if (_gzip is null)
        {
            long moved = Math.Min(count, _file.Length - Offset);
            _file.Position = Offset += moved;
            return moved;
        }

        byte[] buffer = new byte[SkipBufferBytes];
        long skipped = 0;
        while (skipped < count)
        {
            int read = Read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, count - skipped)));
            if (read == 0)
                break;
            skipped += read;
        }

        return skipped;
    }

    public CorruptDataException Corrupt(long offset, string detail) =>
        new(Path, offset, IsCompressed ? $"{detail} (offset in the decompressed data)" : detail);

    public void Dispose()
    {
        _gzip?.Dispose();
        _file.Dispose();
    }
}
