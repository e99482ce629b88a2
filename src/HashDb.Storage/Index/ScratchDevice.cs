// The scratch file of a posting store, which may fail. FASTER waits for ever for room when a page cannot be written, and takes what a
// failed read has left in its buffer for records. So a failure is noted here, for the store to ask about, and FASTER is told that all went
// well: a page that was lost is never used, because nothing is answered from the store any more.
using FASTER.core;

namespace HashDb.Storage.Index;

internal sealed unsafe class ScratchDevice : IDevice
{
    private readonly ManagedLocalStorageDevice _device;
    private string? _fault;

    public ScratchDevice(string path) => _device = new ManagedLocalStorageDevice(path, deleteOnClose: true);

    /// <summary>What went wrong; null while nothing has.</summary>
    public string? Fault => Volatile.Read(ref _fault);

    public uint SectorSize => _device.SectorSize;

    public string FileName => _device.FileName;

    public long Capacity => _device.Capacity;

    public long SegmentSize => _device.SegmentSize;

    public int StartSegment => _device.StartSegment;

    public int EndSegment => _device.EndSegment;

    public int ThrottleLimit
    {
        get => _device.ThrottleLimit;
        set => _device.ThrottleLimit = value;
    }

    public void Initialize(long segmentSize, LightEpoch? epoch = null, bool omitSegmentIdFromFileName = false) =>
        _device.Initialize(segmentSize, epoch, omitSegmentIdFromFileName);

    public bool TryComplete() => _device.TryComplete();

    public bool Throttle() => _device.Throttle();

    public void WriteAsync(
        IntPtr sourceAddress, int segmentId, ulong destinationAddress, uint numBytesToWrite, DeviceIOCompletionCallback callback,
        object context) =>
        Write(
            done => _device.WriteAsync(sourceAddress, segmentId, destinationAddress, numBytesToWrite, done, context),
            numBytesToWrite,
            callback,
            context);

    public void WriteAsync(
        IntPtr alignedSourceAddress, ulong alignedDestinationAddress, uint numBytesToWrite, DeviceIOCompletionCallback callback,
        object context) =>
        Write(
            done => _device.WriteAsync(alignedSourceAddress, alignedDestinationAddress, numBytesToWrite, done, context),
            numBytesToWrite,
            callback,
            context);

    public void ReadAsync(
        int segmentId, ulong sourceAddress, IntPtr destinationAddress, uint readLength, DeviceIOCompletionCallback callback,
        object context) =>
        Read(
            done => _device.ReadAsync(segmentId, sourceAddress, destinationAddress, readLength, done, context),
            destinationAddress,
            readLength,
            callback,
            context);

    public void ReadAsync(
        ulong alignedSourceAddress, IntPtr alignedDestinationAddress, uint aligned_read_length, DeviceIOCompletionCallback callback,
        object context) =>
        Read(
            done => _device.ReadAsync(alignedSourceAddress, alignedDestinationAddress, aligned_read_length, done, context),
            alignedDestinationAddress,
            aligned_read_length,
            callback,
            context);

    public void TruncateUntilAddressAsync(long toAddress, AsyncCallback callback, IAsyncResult result) =>
        _device.TruncateUntilAddressAsync(toAddress, callback, result);

    public void TruncateUntilAddress(long toAddress) => _device.TruncateUntilAddress(toAddress);

    public void TruncateUntilSegmentAsync(int toSegment, AsyncCallback callback, IAsyncResult result) =>
        _device.TruncateUntilSegmentAsync(toSegment, callback, result);

    public void TruncateUntilSegment(int toSegment) => _device.TruncateUntilSegment(toSegment);

    public void RemoveSegmentAsync(int segment, AsyncCallback callback, IAsyncResult result) =>
        _device.RemoveSegmentAsync(segment, callback, result);

    public void RemoveSegment(int segment) => _device.RemoveSegment(segment);

    public long GetFileSize(int segment) => _device.GetFileSize(segment);

    public void Reset() => _device.Reset();

    public void Dispose() => _device.Dispose();

    private void Write(
        Action<DeviceIOCompletionCallback> start, uint length, DeviceIOCompletionCallback callback, object context)
    {
        Run(start, "written", (_, _, state) => callback(0, length, state), context);
    }

    /// <summary>Gives zeros when it fails, which are no record and lead nowhere.</summary>
    private void Read(
        Action<DeviceIOCompletionCallback> start, IntPtr destination, uint length, DeviceIOCompletionCallback callback, object context)
    {
        Run(
            start,
            "read",
            (error, read, state) =>
            {
                if (error != 0)
                    new Span<byte>((void*)destination, (int)length).Clear();
                callback(0, error == 0 ? read : length, state);
            },
            context);
    }

    private void Run(
        Action<DeviceIOCompletionCallback> start, string what, DeviceIOCompletionCallback done, object context)
    {
        if (Fault is not null)
        {
            done(1, 0, context);
            return;
        }
        try
        {
            start((error, bytes, state) =>
            {
                if (error != 0)
                    Volatile.Write(ref _fault, $"the scratch file {FileName} could not be {what} (error {error})");
                done(error, bytes, state);
            });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Volatile.Write(ref _fault, $"the scratch file {FileName} could not be {what}: {exception.Message}");
            done(1, 0, context);
        }
    }
}
