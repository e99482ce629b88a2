// Records as columns, the form in which they go over the wire, into the log and to the record files: a vector is copied in one piece with
// those beside it, and no object is made for a record.
using System.Buffers;

namespace HashDb;

/// <summary>
/// Records as columns. What the columns refer to must not change until the call that takes the batch has ended.
/// </summary>
public sealed class RecordBatch : IDisposable
{
    private VectorId[]? _ids;
    private float[]? _vectors;
    private int[]? _counts;
    private int[]? _labels;
    private byte[]? _payloads;

    /// <summary>The ids, one for each record.</summary>
    public required ReadOnlyMemory<VectorId> Ids { get; init; }

    /// <summary>The vectors, float32, row-major, <c>Count * dimensions</c>.</summary>
    public required ReadOnlyMemory<float> Vectors { get; init; }

    /// <summary>How many labels each record has; empty when none has any.</summary>
    public ReadOnlyMemory<int> LabelCounts { get; init; }

    /// <summary>The labels of all records, one after another.</summary>
    public ReadOnlyMemory<int> Labels { get; init; }

    /// <summary>How many bytes each record's payload has; empty when none has any.</summary>
    public ReadOnlyMemory<int> PayloadLengths { get; init; }

    /// <summary>The payloads of all records, one after another, each a MessagePack map or empty.</summary>
    public ReadOnlyMemory<byte> Payloads { get; init; }

    /// <summary>How many records there are.</summary>
    public int Count => Ids.Length;

    /// <summary>Puts records into columns, in rented memory: dispose of the batch when the call that takes it has ended.</summary>
    /// <param name="records">The records; only the length of their vectors is checked here.</param>
    /// <param name="dimensions">Length of every vector.</param>
    /// <exception cref="ArgumentException">A record is null, or its vector has another length; names the record.</exception>
    public static RecordBatch Rent(IReadOnlyList<VectorRecord> records, int dimensions)
    {
        Checks.RecordChecks.CheckBatch(records, nameof(records));
        int count = records.Count;
        int labels = 0;
        int payloads = 0;
        for (int i = 0; i < count; i++)
        {
            VectorRecord record = records[i] ?? throw new ArgumentException($"Record {i} is null.", nameof(records));
            if (!record.HasId)
                throw new ArgumentException($"Record {i} has neither an id nor a key; give one of them.", nameof(records));
            Checks.RecordChecks.CheckLength(record.Vector.Length, dimensions, new Checks.ItemName("Record", i, record.Id), nameof(records));
            labels = checked(labels + record.Labels.Length);
            payloads = checked(payloads + record.Payload.Length);
        }

        VectorId[] ids = ArrayPool<VectorId>.Shared.Rent(count);
        float[] vectors = ArrayPool<float>.Shared.Rent(checked(count * dimensions));
        int[]? counts = labels + payloads == 0 ? null : ArrayPool<int>.Shared.Rent(2 * count);
        int[]? labelColumn = labels == 0 ? null : ArrayPool<int>.Shared.Rent(labels);
        byte[]? payloadColumn = payloads == 0 ? null : ArrayPool<byte>.Shared.Rent(payloads);
        int labelAt = 0;
        int payloadAt = 0;
        for (int i = 0; i < count; i++)
        {
            VectorRecord record = records[i];
            ids[i] = record.Id;
            record.Vector.Span.CopyTo(vectors.AsSpan(i * dimensions));
            if (counts is null)
                continue;
            counts[i] = record.Labels.Length;
            counts[count + i] = record.Payload.Length;
            record.Labels.Span.CopyTo(labelColumn.AsSpan(labelAt));
            record.Payload.Span.CopyTo(payloadColumn.AsSpan(payloadAt));
            labelAt += record.Labels.Length;
            payloadAt += record.Payload.Length;
        }
        return new RecordBatch
        {
            Ids = ids.AsMemory(0, count),
            Vectors = vectors.AsMemory(0, count * dimensions),
            LabelCounts = labels == 0 ? default : counts.AsMemory(0, count),
            Labels = labelColumn.AsMemory(0, labels),
            PayloadLengths = payloads == 0 ? default : counts.AsMemory(count, count),
            Payloads = payloadColumn.AsMemory(0, payloads),
            _ids = ids,
            _vectors = vectors,
            _counts = counts,
            _labels = labelColumn,
            _payloads = payloadColumn,
        };
    }

    /// <summary>Gives rented memory back; does nothing to a batch of the caller's own memory.</summary>
    public void Dispose()
    {
        Return(ref _ids);
        Return(ref _vectors);
        Return(ref _counts);
        Return(ref _labels);
        Return(ref _payloads);
    }

    private static void Return<T>(ref T[]? array)
    {
        if (Interlocked.Exchange(ref array, null) is { } rented)
            ArrayPool<T>.Shared.Return(rented);
    }
}
