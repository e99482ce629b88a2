// Labels and payloads, whose length varies: appended one after another to files of 64 MiB. A blob never crosses files. An
// address is the file's number in its high bits and the offset in the file in its low 26; docs/FILE-FORMAT.md, "Blobs".
//
// Opened for reading only, blobs that replay appends are kept in memory.
//
// One writer; readers only follow addresses of published rows.
using System.Runtime.InteropServices;
using HashDb.Models.Files;
using HashDb.Serialization;
using HashDb.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace HashDb.Storage.Records;

internal sealed class BlobStore : IDisposable
{
    public const uint Magic = 0x42444248; // "HBDB"
    public const int FileBits = 26;
    public const int FileBytes = 1 << FileBits;

    private readonly string _directory;
    private readonly Guid _collectionId;
    private readonly uint _set;
    private readonly List<byte> _pending = [];

    // Null where the files are written.
    private readonly Dictionary<ulong, byte[]>? _inMemory;
    private BlobFile[] _files = [];
    private ulong _flushedTail;

    public BlobStore(string directory, Guid collectionId, uint set, bool isReadOnly = false)
    {
        _inMemory = isReadOnly ? [] : null;
        _directory = directory;
        _collectionId = collectionId;
        _set = set;
    }

    /// <summary>Address of the next blob.</summary>
    public ulong Tail { get; private set; }

    /// <summary>Bytes of the open files.</summary>
    public long TotalFileBytes
    {
        get
        {
            long bytes = 0;
            foreach (BlobFile file in Volatile.Read(ref _files))
                bytes += file.Length;
            return bytes;
        }
    }

    public string PathOf(int file) => Path.Combine(_directory, $"blobs-{file:D4}");

    public FileHeader HeaderOf(int file) => new(Magic, _collectionId, (ulong)file, (ulong)file << FileBits, 0, _set);

    public static int FileOf(ulong address) => (int)(address >> FileBits);

    public static long OffsetOf(ulong address) => (long)(address & (FileBytes - 1));

    /// <summary>Number of files below a tail.</summary>
    public static int FileCount(ulong tail) => tail == 0 ? 0 : FileOf(tail - 1) + 1;

    public void Open(ulong tail)
    {
        for (int file = 0; file < FileCount(tail); file++)
        {
            if (CheckFile(file, tail, out long offset) is { } problem)
                throw new CorruptDataException(PathOf(file), offset, problem);
            Add(new BlobFile(PathOf(file), FileMode.Open, _inMemory is null ? FileAccess.ReadWrite : FileAccess.Read));
        }
        // As for rows: those behind the tail come from the log.
        if (_inMemory is null && tail > 0)
            _files[^1].DropCached(OffsetOf(tail - 1) + 1);
        Tail = _flushedTail = tail;
    }

    public string? CheckFile(int file, ulong tail, out long offset)
    {
        offset = -1;
        if (!File.Exists(PathOf(file)))
            return "the file is missing";
        using SafeFileHandle handle = File.OpenHandle(PathOf(file));
        Span<byte> header = stackalloc byte[FileHeader.Length];
        int read = RandomAccess.Read(handle, header, 0);
        offset = 0;
        if (HeaderOf(file).Mismatch(header[..read]) is { } mismatch)
            return mismatch;
        long length = RandomAccess.GetLength(handle);
        // A file that is not the last may end early: the next blob did not fit. Its blobs have checksums of their own.
        if (file == FileCount(tail) - 1 && length < OffsetOf(tail - 1) + 1)
        {
            offset = length;
            return $"the file ends at {length} bytes; its blobs need {OffsetOf(tail - 1) + 1}";
        }
        return null;
    }

    /// <summary>Gives a blob its address; its bytes reach the file with <see cref="WritePending"/>.</summary>
    public ulong Append(ReadOnlySpan<byte> blob)
    {
        if (Tail == 0 || OffsetOf(Tail - 1) + 1 + blob.Length > FileBytes)
        {
            WritePending();
            Tail = ((ulong)FileCount(Tail) << FileBits) + FileHeader.Length;
            _flushedTail = Tail;
        }
        ulong address = Tail;
        if (_inMemory is not null)
            _inMemory[address] = blob.ToArray();
        else
            Buffer(blob);
        Tail += (uint)blob.Length;
        return address;
    }

    /// <summary>Writes the appended blobs.</summary>
    public void WritePending()
    {
        if (_pending.Count == 0)
            return;
        int file = FileOf(_flushedTail);
        while (_files.Length <= file)
            Create(_files.Length);
        _files[file].Write(CollectionsMarshal.AsSpan(_pending), OffsetOf(_flushedTail));
        _pending.Clear();
        _flushedTail = Tail;
    }

    /// <summary>Forgets blobs appended since <paramref name="tail"/>, after a write that failed.</summary>
    public void RollBack(ulong tail)
    {
        _pending.Clear();
        Tail = _flushedTail = tail;
    }

    /// <summary>Reads a blob and compares it with its checksum.</summary>
    /// <exception cref="CorruptDataException">It does not match.</exception>
    public byte[] Read(ulong address, int length, uint checksum)
    {
        byte[] blob = new byte[CheckLength(address, length)];
        Read(address, length, checksum, blob);
        return blob;
    }

    /// <summary>The same into memory of the caller, which is at least as long when the blob is not too long.</summary>
    /// <returns>The blob, in that memory.</returns>
    /// <exception cref="CorruptDataException">It does not match.</exception>
    public ReadOnlySpan<byte> Read(ulong address, int length, uint checksum, Span<byte> memory)
    {
        Span<byte> blob = memory[..CheckLength(address, length)];
        int file = FileOf(address);
        if (_inMemory?.TryGetValue(address, out byte[]? kept) == true && kept.Length == length)
        {
            kept.CopyTo(blob);
            return blob;
        }
        BlobFile[] files = Volatile.Read(ref _files);
        int read;
        try
        {
            read = file < files.Length ? files[file].Read(blob, OffsetOf(address)) : 0;
        }
        catch (IOException exception)
        {
            throw new CorruptDataException(PathOf(file), OffsetOf(address), $"the device cannot read it: {exception.Message}");
        }
        if (read != length)
            throw new CorruptDataException(PathOf(file), OffsetOf(address), $"a blob of {length} bytes ends after {read}");
        if (Checksum.Compute(blob, address) != checksum)
            throw new CorruptDataException(PathOf(file), OffsetOf(address), $"a blob of {length} bytes does not match its checksum");
        return blob;
    }

    private int CheckLength(ulong address, int length) => length is >= 0 and <= RecordBlob.MaxBytes
        ? length
        : throw new CorruptDataException(
            PathOf(FileOf(address)), OffsetOf(address), $"a blob of {length} bytes passes the limit of {RecordBlob.MaxBytes}");

    public void Flush()
    {
        foreach (BlobFile file in Volatile.Read(ref _files))
            file.Flush();
    }

    /// <summary>Cuts the last file back to its used length, after <see cref="Dispose"/>.</summary>
    public void Trim(ulong tail)
    {
        int count = FileCount(tail);
        for (int file = count; File.Exists(PathOf(file)); file++)
            File.Delete(PathOf(file));
        if (count == 0 || !File.Exists(PathOf(count - 1)))
            return;
        using SafeFileHandle handle = File.OpenHandle(PathOf(count - 1), FileMode.Open, FileAccess.Write);
        if (RandomAccess.GetLength(handle) > OffsetOf(tail - 1) + 1)
            RandomAccess.SetLength(handle, OffsetOf(tail - 1) + 1);
    }

    public void Dispose()
    {
        foreach (BlobFile file in _files)
            file.Dispose();
        _files = [];
    }

    private void Buffer(ReadOnlySpan<byte> blob)
    {
        int at = _pending.Count;
        CollectionsMarshal.SetCount(_pending, at + blob.Length);
        blob.CopyTo(CollectionsMarshal.AsSpan(_pending)[at..]);
    }

    private void Create(int file)
    {
        var made = new BlobFile(PathOf(file), FileMode.Create, FileAccess.ReadWrite);
        Span<byte> header = stackalloc byte[FileHeader.Length];
        HeaderOf(file).WriteTo(header);
        try
        {
            made.Write(header, 0);
        }
        catch
        {
            made.Dispose();
            throw;
        }
        Add(made);
    }

    private void Add(BlobFile file) => Volatile.Write(ref _files, [.. _files, file]);

    private sealed class BlobFile : IDisposable
    {
        private readonly string _path;
        private readonly SafeFileHandle _handle;
        private long _length;
        private int _dirty;

        public BlobFile(string path, FileMode mode, FileAccess access)
        {
            _path = path;
            _handle = PrivateFile.Open(path, mode, access, FileShare.Read);
            _length = RandomAccess.GetLength(_handle);
        }

        public long Length => Volatile.Read(ref _length);

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            try
            {
                RandomAccess.Write(_handle, bytes, offset);
            }
            finally
            {
                // Not before, as for the rows (Extent.cs).
                Volatile.Write(ref _dirty, 1);
            }
            Volatile.Write(ref _length, Math.Max(_length, offset + bytes.Length));
        }

        public int Read(Span<byte> bytes, long offset)
        {
            int total = 0;
            while (total < bytes.Length)
            {
                int read = RandomAccess.Read(_handle, bytes[total..], offset + total);
                if (read == 0)
                    break;
                total += read;
            }
            return total;
        }

        public void DropCached(long offset) => PageCache.Drop(_handle, offset);

        public void Flush()
        {
            if (Interlocked.Exchange(ref _dirty, 0) == 0)
                return;
            try
            {
                DeviceFlush.File(_handle, _path);
            }
            catch
            {
                Volatile.Write(ref _dirty, 1);
                throw;
            }
        }

        public void Dispose() => _handle.Dispose();
    }
}
