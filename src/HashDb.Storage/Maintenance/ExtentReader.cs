// Reads rows of an extent set without mapping it and without asking that its files be whole: for looking at damage.
using HashDb.Storage.Records;
using Microsoft.Win32.SafeHandles;

namespace HashDb.Storage.Maintenance;

internal sealed class ExtentReader(ExtentSet extents) : IDisposable
{
    private readonly Dictionary<int, SafeFileHandle?> _handles = [];
    private readonly byte[] _row = new byte[extents.Stride];

    /// <summary>The bytes of a row, until the next call; empty when the file does not hold all of them.</summary>
    public ReadOnlySpan<byte> TryRead(uint row)
    {
        int extent = extents.Layout.ExtentOf(row);
        if (!_handles.TryGetValue(extent, out SafeFileHandle? handle))
        {
            string path = extents.PathOf(extent);
            _handles[extent] = handle = File.Exists(path) ? File.OpenHandle(path) : null;
        }
        if (handle is null)
            return [];
        long offset = OffsetOf(row);
        for (int done = 0; done < _row.Length;)
        {
            int read = TryRead(handle, _row.AsSpan(done), offset + done);
            if (read == 0)
                return [];
            done += read;
        }
        return _row;
    }

    /// <summary>As many bytes as there are; 0 when the device does not give them.</summary>
    public static int TryRead(SafeFileHandle handle, Span<byte> bytes, long offset)
    {
        try
        {
            return RandomAccess.Read(handle, bytes, offset);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    public string PathOf(uint row) => extents.PathOf(extents.Layout.ExtentOf(row));

    public long OffsetOf(uint row) => ExtentSet.OffsetInFile(extents.Layout, extents.Stride, row);

    public void Dispose()
    {
        foreach (SafeFileHandle? handle in _handles.Values)
            handle?.Dispose();
    }
}
