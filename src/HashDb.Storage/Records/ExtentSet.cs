// Rows of one fixed length in a set of files. Written with positioned writes, so that a full disk is an error code and not a
// signal; read through a mapping of each file, which is made once and never moved. A file is extended to its whole capacity
// (sparse) when it is made, and cut back to its used length when it is closed.
//
// Opened for reading only, the files are mapped as long as they are and never written: an extent that replay puts rows into becomes a copy
// in memory first, at most 128 MiB of it.
//
// One writer; any number of readers, who only look at rows below the row count that the writer has published.
using HashDb.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace HashDb.Storage.Records;

/// <summary>Takes a row that was read.</summary>
internal delegate void RowReader(uint row, ReadOnlySpan<byte> bytes);

internal sealed unsafe class ExtentSet : IDisposable
{
    private const int ReadBytes = 1 << 20;

    private readonly string _directory;
    private readonly string _name;
    private readonly uint _magic;
    private readonly Guid _collectionId;
    private readonly uint _set;
    private readonly ExtentLayout _layout;
    private readonly bool _isReadOnly;
    private Extent[] _extents = [];

    /// <param name="directory">Folder of the files.</param>
    /// <param name="name">Files are called <c>name-0000</c> and so on.</param>
    /// <param name="magic">First four bytes of each file.</param>
    /// <param name="collectionId">Bound into every header.</param>
    /// <param name="set">Records or generation number, bound into every header.</param>
    /// <param name="stride">Bytes of a row.</param>
    /// <param name="isReadOnly">True to leave the files as they are; what is written is kept in memory.</param>
    public ExtentSet(string directory, string name, uint magic, Guid collectionId, uint set, int stride, bool isReadOnly = false)
    {
        _isReadOnly = isReadOnly;
        _directory = directory;
        _name = name;
        _magic = magic;
        _collectionId = collectionId;
        _set = set;
        Stride = stride;
        _layout = new ExtentLayout(stride);
    }

    public int Stride { get; }

    /// <summary>True when the files are never written.</summary>
    public bool IsReadOnly => _isReadOnly;

    public ExtentLayout Layout => _layout;

    /// <summary>Bytes of the open files; each that is written has its whole capacity.</summary>
    public long FileBytes
    {
        get
        {
            long bytes = 0;
            foreach (Extent extent in Volatile.Read(ref _extents))
                bytes += extent.FileBytes;
            return bytes;
        }
    }

    /// <summary>Files that there are; each has its header.</summary>
    public int FileCount => Volatile.Read(ref _extents).Length;

    public string PathOf(int extent) => Path.Combine(_directory, $"{_name}-{extent:D4}");

    public static long OffsetInFile(ExtentLayout layout, int stride, uint row) =>
        FileHeader.Length + (long)(row - layout.FirstRow(layout.ExtentOf(row))) * stride;

    public FileHeader HeaderOf(int extent) =>
        new(_magic, _collectionId, (ulong)extent, _layout.FirstRow(extent), (uint)Stride, _set);

    /// <summary>Opens the files that hold the first <paramref name="rows"/> rows.</summary>
    /// <exception cref="CorruptDataException">A file is missing, too short, or has a damaged header.</exception>
    public void Open(long rows)
    {
        int count = _layout.ExtentCount(rows);
        for (int extent = 0; extent < count; extent++)
        {
            string? problem = CheckFile(extent, rows, out long offset);
            if (problem is not null)
                throw new CorruptDataException(PathOf(extent), offset, problem);
            Add(_isReadOnly
                ? Extent.OpenForReading(PathOf(extent), Capacity(extent))
                : Extent.Open(PathOf(extent), FileMode.Open, Capacity(extent)));
        }
        // Rows behind these come from the log, and are written where a flush may have failed.
        if (!_isReadOnly && count > 0)
            _extents[count - 1].DropCached(UsedLength(count - 1, rows));
    }

    /// <summary>Looks at a file without mapping it: is it there, long enough, and ours?</summary>
    /// <returns>Null when it is, otherwise what is wrong.</returns>
    public string? CheckFile(int extent, long rows, out long offset)
    {
        offset = -1;
        string path = PathOf(extent);
        if (!File.Exists(path))
            return "the file is missing";
        using SafeFileHandle handle = File.OpenHandle(path);
        long length = RandomAccess.GetLength(handle);
        long needed = UsedLength(extent, rows);
        Span<byte> header = stackalloc byte[FileHeader.Length];
        int read;
        try
        {
            read = RandomAccess.Read(handle, header, 0);
        }
        catch (IOException exception)
        {
            offset = 0;
            return $"the device cannot read it: {exception.Message}";
        }
        if (HeaderOf(extent).Mismatch(header[..read]) is { } mismatch)
        {
            offset = 0;
            return mismatch;
        }
        if (length < needed)
        {
            offset = length;
            return $"the file ends at {length} bytes; its rows need {needed}";
        }
        return null;
    }

    /// <summary>Length of an extent's file when it holds its share of the first <paramref name="rows"/> rows and no more.</summary>
    public long UsedLength(int extent, long rows)
    {
        long inExtent = Math.Clamp(rows - _layout.FirstRow(extent), 0, _layout.RowCapacity(extent));
        return FileHeader.Length + inExtent * Stride;
    }

    /// <summary>The bytes of a row. Valid until this set is disposed.</summary>
    public ReadOnlySpan<byte> Row(uint row) => new(RowPointer(row), Stride);

    /// <summary>
    /// Reads rows from their files for the first time: what the device cannot give is an error here, and a signal in a mapping.
    /// </summary>
    /// <exception cref="CorruptDataException">The device does not give a part of a file.</exception>
    public void Read(long rows, RowReader read)
    {
        byte[] piece = new byte[Math.Max(1, ReadBytes / Stride) * Stride];
        for (uint row = 0; row < rows;)
        {
            int extent = _layout.ExtentOf(row);
            long end = Math.Min(rows, _layout.FirstRow(extent) + (long)_layout.RowCapacity(extent));
            int count = (int)Math.Min(piece.Length / Stride, end - row);
            Span<byte> bytes = piece.AsSpan(0, count * Stride);
            ReadRows(row, bytes);
            for (int i = 0; i < count; i++)
                read(row + (uint)i, bytes.Slice(i * Stride, Stride));
            row += (uint)count;
        }
    }

    /// <summary>Reads consecutive rows of one file.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    public void ReadRows(uint firstRow, Span<byte> bytes)
    {
        int extent = _layout.ExtentOf(firstRow);
        long offset = OffsetInFile(_layout, Stride, firstRow);
        try
        {
            Volatile.Read(ref _extents)[extent].Read(bytes, offset);
        }
        catch (IOException exception)
        {
            throw new CorruptDataException(PathOf(extent), offset, $"row {firstRow}: the device cannot read it: {exception.Message}");
        }
    }

    public byte* RowPointer(uint row)
    {
        int extent = _layout.ExtentOf(row);
        return Volatile.Read(ref _extents)[extent].Data + FileHeader.Length + (long)(row - _layout.FirstRow(extent)) * Stride;
    }

    /// <summary>Writes consecutive rows, making files as they are needed.</summary>
    public void Write(uint firstRow, ReadOnlySpan<byte> rows)
    {
        uint row = firstRow;
        while (rows.Length > 0)
        {
            int extent = _layout.ExtentOf(row);
            MakeWritable(extent);
            uint into = row - _layout.FirstRow(extent);
            int count = (int)Math.Min(rows.Length / Stride, _layout.RowCapacity(extent) - into);
            _extents[extent].Write(rows[..(count * Stride)], FileHeader.Length + (long)into * Stride);
            rows = rows[(count * Stride)..];
            row += (uint)count;
        }
    }

    /// <summary>Writes part of one row, making files as they are needed.</summary>
    public void WritePart(uint row, int offset, ReadOnlySpan<byte> bytes)
    {
        int extent = _layout.ExtentOf(row);
        MakeWritable(extent);
        _extents[extent].Write(bytes, OffsetInFile(_layout, Stride, row) + offset);
    }

    /// <summary>Flushes every file written since the last flush, then the folder if files were made.</summary>
    public void Flush()
    {
        foreach (Extent extent in Volatile.Read(ref _extents))
            extent.Flush();
    }

    /// <summary>Cuts the files back to what <paramref name="rows"/> rows need, after <see cref="Dispose"/>.</summary>
    public void Trim(long rows)
    {
        for (int extent = 0; File.Exists(PathOf(extent)); extent++)
        {
            if (UsedLength(extent, rows) == FileHeader.Length)
            {
                File.Delete(PathOf(extent));
                continue;
            }
            using SafeFileHandle handle = File.OpenHandle(PathOf(extent), FileMode.Open, FileAccess.Write);
            RandomAccess.SetLength(handle, UsedLength(extent, rows));
        }
    }

    public void Dispose()
    {
        foreach (Extent extent in _extents)
            extent.Dispose();
        _extents = [];
    }

    private long Capacity(int extent) => FileHeader.Length + (long)_layout.RowCapacity(extent) * Stride;

    private void MakeWritable(int extent)
    {
        while (_extents.Length <= extent)
            Create(_extents.Length);
        if (!_isReadOnly || _extents[extent].IsInMemory)
            return;
        // Nobody reads yet: rows are written to a set that is read only by the replay of the log, before anything is published.
        Extent file = _extents[extent];
        _extents[extent] = Extent.InMemory(Capacity(extent), file);
        file.Dispose();
    }

    private void Create(int extent)
    {
        Extent made = _isReadOnly
            ? Extent.InMemory(Capacity(extent), null)
            : Extent.Open(PathOf(extent), FileMode.Create, Capacity(extent));
        try
        {
            Span<byte> header = stackalloc byte[FileHeader.Length];
            HeaderOf(extent).WriteTo(header);
            made.Write(header, 0);
        }
        catch
        {
            made.Dispose();
            throw;
        }
        Add(made);
    }

    private void Add(Extent extent) => Volatile.Write(ref _extents, [.. _extents, extent]);
}
