// One file of rows and its mapping, or the memory that stands for it where files may not be written. The mapping is made once and never
// moved. One writer; any number of readers.
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using HashDb.Models.Files;
using HashDb.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace HashDb.Storage.Records;

internal sealed unsafe class Extent : IDisposable
{
    private readonly SafeFileHandle? _handle;
    private readonly MemoryMappedFile? _mapping;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly string _path;
    private readonly long _length;
    private int _dirty;

    private Extent(string path, SafeFileHandle handle, long length)
    {
        _path = path;
        _handle = handle;
        _length = length;
        FileBytes = length;
        try
        {
            _mapping = MemoryMappedFile.CreateFromFile(
                _handle, null, length, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            _view = _mapping.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        }
        catch
        {
            _mapping?.Dispose();
            _handle.Dispose();
            throw;
        }
        byte* pointer = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        Data = pointer;
    }

    private Extent(long length, Extent? copied)
    {
        _path = "";
        _length = length;
        FileBytes = copied?.FileBytes ?? 0;
        Data = (byte*)NativeMemory.AllocZeroed((nuint)length);
        if (copied is not null)
            Buffer.MemoryCopy(copied.Data, Data, length, copied._length);
    }

    public byte* Data { get; }

    /// <summary>Length of the file; 0 when there is none.</summary>
    public long FileBytes { get; }

    public bool IsInMemory => _handle is null;

    /// <summary>Opens or makes a file to be written, and gives it its whole capacity.</summary>
    public static Extent Open(string path, FileMode mode, long capacity)
    {
        SafeFileHandle handle = PrivateFile.Open(path, mode, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            if (RandomAccess.GetLength(handle) != capacity)
                RandomAccess.SetLength(handle, capacity);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
        return new Extent(path, handle, capacity);
    }

    /// <summary>Opens a file as it is, up to its capacity.</summary>
    public static Extent OpenForReading(string path, long capacity)
    {
        SafeFileHandle handle = File.OpenHandle(path);
        long length;
        try
        {
            length = Math.Min(capacity, RandomAccess.GetLength(handle));
        }
        catch
        {
            handle.Dispose();
            throw;
        }
        return new Extent(path, handle, length);
    }

    /// <summary>Memory of the whole capacity, which begins as a file does.</summary>
    public static Extent InMemory(long capacity, Extent? copied) => new(capacity, copied);

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        if (_handle is null)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + bytes.Length, _length);
            bytes.CopyTo(new Span<byte>(Data + offset, bytes.Length));
            return;
        }
        try
        {
            RandomAccess.Write(_handle, bytes, offset);
        }
        finally
        {
            // Not before: a flush beside the write would take the mark away, and the next one would pass over what was written.
            Volatile.Write(ref _dirty, 1);
        }
    }

    /// <summary>Forgets what the system holds in memory from an offset on.</summary>
    public void DropCached(long offset)
    {
        if (_handle is not null)
            PageCache.Drop(_handle, offset);
    }

    /// <summary>Reads from the file, not from the mapping; what lies beyond its end is zero.</summary>
    public void Read(Span<byte> bytes, long offset)
    {
        if (_handle is null)
        {
            new ReadOnlySpan<byte>(Data + offset, bytes.Length).CopyTo(bytes);
            return;
        }
        while (bytes.Length > 0)
        {
            int read = RandomAccess.Read(_handle, bytes, offset);
            if (read == 0)
            {
                bytes.Clear();
                return;
            }
            bytes = bytes[read..];
            offset += read;
        }
    }

    public void Flush()
    {
        if (_handle is null || Interlocked.Exchange(ref _dirty, 0) == 0)
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

    public void Dispose()
    {
        if (_handle is null)
        {
            NativeMemory.Free(Data);
            return;
        }
        _view!.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _mapping!.Dispose();
        _handle.Dispose();
    }
}
