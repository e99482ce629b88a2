using HashDb.Checks;
using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>
/// Insert and upsert: [collection, ids, vectors, label counts, labels, payload lengths, payloads, stamp].
/// One that was read holds rented memory; dispose of it when the write has ended, and not before.
/// </summary>
/// <param name="collection">Name of the collection.</param>
/// <param name="batch">The records.</param>
/// <param name="stamp">Marks the write, or null.</param>
/// <param name="memory">What the batch refers to, if it is to be given back.</param>
internal sealed class StoreRequest(
    string collection, RecordBatch batch, WriteStamp? stamp = null, RecordMemory? memory = null)
    : IMessage<StoreRequest>, IDisposable
{
    public string Collection { get; } = collection;

    public RecordBatch Batch { get; } = batch;

    public WriteStamp? Stamp { get; } = stamp;

    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(2 + RecordColumns.FieldCount + StampFields.CountOf(Stamp));
        writer.WriteText(Collection);
        RawNumbers.Write(ref writer, Batch.Ids.Span);
        RecordColumns.Write(ref writer, Batch);
        StampFields.Write(ref writer, Stamp);
    }

    public static StoreRequest Read(ref BodyReader body)
    {
        string collection = body.ReadText("collection");
        VectorId[] ids = body.ReadNumbers<VectorId>("ids");
        RecordChecks.CheckBatch(ids, "records");
        var memory = new RecordMemory(isPooled: true);
        try
        {
            RecordBatch batch = RecordColumns.Read(ref body, ids, memory);
            return new StoreRequest(collection, batch, StampFields.Read(ref body), memory);
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    public void Dispose() => memory?.Dispose();
}
