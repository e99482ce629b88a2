// Memory for blocks, aligned to a cache line, outside the managed heap. One user at a time.
using System.Runtime.InteropServices;

namespace HashDb.Storage.Sketches;

internal sealed unsafe class SketchBuffers(int blockBytes) : IDisposable
{
    private const int CacheLine = 64;

    private readonly List<nint> _all = [];
    private readonly Stack<nint> _free = [];
    private long _bytes;

    public long Bytes => Volatile.Read(ref _bytes);

    public byte* Rent()
    {
        if (_free.TryPop(out nint free))
            return (byte*)free;
        void* made = NativeMemory.AlignedAlloc((nuint)blockBytes, CacheLine);
        _all.Add((nint)made);
        Volatile.Write(ref _bytes, _bytes + blockBytes);
        return (byte*)made;
    }

    public void Return(byte* buffer) => _free.Push((nint)buffer);

    public void Dispose()
    {
        foreach (nint buffer in _all)
            NativeMemory.AlignedFree((void*)buffer);
        _all.Clear();
        _free.Clear();
    }
}
