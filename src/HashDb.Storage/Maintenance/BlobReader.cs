// Compares blobs with their checksums, file by file, without asking that the files be whole.
using HashDb.Serialization;
using HashDb.Storage.Files;
using HashDb.Storage.Records;
using Microsoft.Win32.SafeHandles;

namespace HashDb.Storage.Maintenance;

internal sealed class BlobReader(BlobStore blobs) : IDisposable
{
    private readonly Dictionary<int, SafeFileHandle?> _handles = [];

    public bool IsSound(RowMetadata metadata)
    {
        int file = BlobStore.FileOf(metadata.BlobAddress);
        if (!_handles.TryGetValue(file, out SafeFileHandle? handle))
        {
            string path = blobs.PathOf(file);
            _handles[file] = handle = File.Exists(path) ? File.OpenHandle(path) : null;
        }
        if (handle is null || metadata.BlobLength is < 0 or > RecordBlob.MaxBytes)
            return false;
        byte[] blob = new byte[metadata.BlobLength];
        for (int done = 0; done < blob.Length;)
        {
            int read = ExtentReader.TryRead(handle, blob.AsSpan(done), BlobStore.OffsetOf(metadata.BlobAddress) + done);
            if (read == 0)
                return false;
            done += read;
        }
        return Checksum.Compute(blob, metadata.BlobAddress) == metadata.BlobChecksum;
    }

    public void Dispose()
    {
        foreach (SafeFileHandle? handle in _handles.Values)
            handle?.Dispose();
    }
}
