// Scratch memory of the dense kernels, aligned to a cache line and outside the garbage collector's reach.
// One owner, one thread; freed by Dispose.
using System.Runtime.InteropServices;

namespace HashDb.Models.Numerics;

/// <summary>An aligned, uninitialised block of native memory.</summary>
internal sealed unsafe class AlignedBuffer<T> : IDisposable
    where T : unmanaged
{
    private const int AlignmentBytes = 64;

    private T* _pointer;

    public AlignedBuffer(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        _pointer = (T*)NativeMemory.AlignedAlloc(checked((nuint)Math.Max(1, length) * (nuint)sizeof(T)), AlignmentBytes);
    }

    ~AlignedBuffer() => Free();

    public long Length { get; }

    public T* Pointer => _pointer;

    public void Clear() => NativeMemory.Clear(_pointer, (nuint)Length * (nuint)sizeof(T));

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_pointer);
        _pointer = null;
    }
}
