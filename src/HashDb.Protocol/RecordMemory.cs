// The arrays that records which were read refer to: rented and given back together, or new and left to the collector. One
// array of each type at most. Not thread-safe, except that disposing of it twice is harmless.
using System.Buffers;

namespace HashDb.Protocol;

internal sealed class RecordMemory(bool isPooled) : IDisposable
{
    private float[]? _floats;
    private int[]? _ints;
    private byte[]? _bytes;

    public float[] TakeFloats(int count) => _floats = isPooled ? ArrayPool<float>.Shared.Rent(count) : new float[count];

    public int[] TakeInts(int count) => _ints = isPooled ? ArrayPool<int>.Shared.Rent(count) : new int[count];

    public byte[] TakeBytes(int count) => _bytes = isPooled ? ArrayPool<byte>.Shared.Rent(count) : new byte[count];

    public void Dispose()
    {
        if (!isPooled)
            return;
        Return(ref _floats);
        Return(ref _ints);
        Return(ref _bytes);
    }

    private static void Return<T>(ref T[]? array)
    {
        if (Interlocked.Exchange(ref array, null) is { } rented)
            ArrayPool<T>.Shared.Return(rented);
    }
}
