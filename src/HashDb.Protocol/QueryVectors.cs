// One query or many, as they are sent and as they are read: in rented memory that is copied from the frame in one piece.
using System.Buffers;
using MessagePack;

namespace HashDb.Protocol;

internal sealed class QueryVectors(ReadOnlyMemory<float> values, float[]? rented = null) : IDisposable
{
    private float[]? _rented = rented;

    /// <summary>Row-major, <c>count * Dimensions</c>, float32. Not to be read after <see cref="Dispose"/>.</summary>
    public ReadOnlyMemory<float> Values { get; } = values;

    public void Write(ref MessagePackWriter writer)
    {
        long bytes = (long)Values.Length * sizeof(float);
        if (bytes > ProtocolLimits.MaxFrameBytes)
            throw new HashDbException(
                HashDbErrorCode.LimitExceeded,
                $"Queries of {bytes} bytes in one message; the limit is {ProtocolLimits.MaxFrameBytes}. Split them.");
        RawNumbers.Write(ref writer, Values.Span);
    }

    public static QueryVectors Read(ref BodyReader body)
    {
        ReadOnlySequence<byte> bytes = body.ReadNumbers("vectors", sizeof(float), out int count);
        float[] rented = ArrayPool<float>.Shared.Rent(count);
        RawNumbers.Read(bytes, rented.AsSpan(0, count));
        return new QueryVectors(rented.AsMemory(0, count), rented);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _rented, null) is { } rented)
            ArrayPool<float>.Shared.Return(rented);
    }
}
