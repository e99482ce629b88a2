using HashDb.Checks;
using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>
/// Teaches the draft: [collection, count, vectors, label counts, labels, neighbour counts, neighbours, stamp].
/// Labels or neighbours are nil when no item has any. One that was read holds rented memory; dispose of it when the write has
/// ended, and not before.
/// </summary>
/// <param name="collection">Name of the collection.</param>
/// <param name="items">All with vectors of one length.</param>
/// <param name="stamp">Marks the write, or null; each item is one operation.</param>
/// <param name="memory">What the items refer to, if it is to be given back.</param>
internal sealed class LearnRequest(
    string collection, IReadOnlyList<LabelledVector> items, WriteStamp? stamp = null, RecordMemory? memory = null)
    : IMessage<LearnRequest>, IDisposable
{
    public string Collection { get; } = collection;

    public IReadOnlyList<LabelledVector> Items { get; } = items;

    public WriteStamp? Stamp { get; } = stamp;

    public void Write(ref MessagePackWriter writer)
    {
        long vectorBytes = 0;
        long labelBytes = 0;
        long neighbourBytes = 0;
        foreach (LabelledVector item in Items)
        {
            vectorBytes += (long)item.Vector.Length * sizeof(float);
            labelBytes += (long)item.Labels.Length * sizeof(int);
            neighbourBytes += (long)item.Neighbours.Length * sizeof(ulong);
        }
        RecordColumns.CheckLength(vectorBytes + labelBytes + neighbourBytes, Items.Count);

        writer.WriteArrayHeader(7 + StampFields.CountOf(Stamp));
        writer.WriteText(Collection);
        writer.Write(Items.Count);
        writer.WriteBinHeader((int)vectorBytes);
        foreach (LabelledVector item in Items)
            RawNumbers.WriteBody(ref writer, item.Vector.Span);
        WriteColumn(ref writer, labelBytes, static item => item.Labels);
        WriteColumn(ref writer, neighbourBytes, static item => item.Neighbours);
        StampFields.Write(ref writer, Stamp);
    }

    public static LearnRequest Read(ref BodyReader body)
    {
        string collection = body.ReadText("collection");
        int count = body.ReadInt32("count", 0);
        // Before an object is made for each item.
        RecordChecks.CheckBatchCount(count, "items");
        var memory = new RecordMemory(isPooled: true);
        try
        {
            ReadOnlyMemory<float> vectors = Columns.Read(ref body, "vectors", memory.TakeFloats);
            if (count == 0 ? !vectors.IsEmpty : vectors.IsEmpty || vectors.Length % count != 0)
                throw new ProtocolException(
                    $"The field 'vectors' has {vectors.Length} numbers, which are not {count} vectors of one length.");
            int[]? labelCounts = Columns.ReadLengths(ref body, "label counts", count);
            ReadOnlyMemory<int> labels = body.TryReadNil() ? default : Columns.Read(ref body, "labels", memory.TakeInts);
            int[]? neighbourCounts = Columns.ReadLengths(ref body, "neighbour counts", count);
            ReadOnlyMemory<VectorId> neighbours = body.TryReadNil()
                ? default
                : Columns.Read(ref body, "neighbours", static length => new VectorId[length]);

            var items = new LabelledVector[count];
            int dimensions = count == 0 ? 0 : vectors.Length / count;
            for (int i = 0; i < items.Length; i++)
            {
                items[i] = new LabelledVector
                {
                    Vector = vectors.Slice(i * dimensions, dimensions),
                    Labels = Columns.Next(ref labels, labelCounts, i, "labels"),
                    Neighbours = Columns.Next(ref neighbours, neighbourCounts, i, "neighbours"),
                };
            }
            if (!labels.IsEmpty)
                throw new ProtocolException($"The field 'labels' has {labels.Length} numbers more than its counts say.");
            if (!neighbours.IsEmpty)
                throw new ProtocolException($"The field 'neighbours' has {neighbours.Length} ids more than its counts say.");
            return new LearnRequest(collection, items, StampFields.Read(ref body), memory);
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    public void Dispose() => memory?.Dispose();

    private void WriteColumn<T>(ref MessagePackWriter writer, long bytes, Func<LabelledVector, ReadOnlyMemory<T>> columnOf)
        where T : unmanaged
    {
        if (bytes == 0)
        {
            writer.WriteNil();
            writer.WriteNil();
            return;
        }
        Columns.WriteLengths(ref writer, Items, item => columnOf(item).Length);
        writer.WriteBinHeader((int)bytes);
        foreach (LabelledVector item in Items)
            RawNumbers.WriteBody(ref writer, columnOf(item).Span);
    }
}
