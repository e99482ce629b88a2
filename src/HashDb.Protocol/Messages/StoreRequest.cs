using HashDb.Checks;
using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>
/// Insert and upsert: [collection, ids, vectors, label counts, labels, payload lengths, payloads, client id, sequence number].
/// One that was read holds rented memory; dispose of it when the write has ended, and not before.
/// </summary>
/// <param name="collection">Name of the collection.</param>
/// <param name="batch">The records.</param>
/// <param name="clientId">Whose stamp it is, or null without one.</param>
/// <param name="sequenceNumber">Operations that this client has sent before.</param>
/// <param name="memory">What the batch refers to, if it is to be given back.</param>
internal sealed class StoreRequest(
    string collection, RecordBatch batch, Guid? clientId = null, long sequenceNumber = 0, RecordMemory? memory = null)
    : IMessage<StoreRequest>, IDisposable
{
    public string Collection { get; } = collection;

    public RecordBatch Batch { get; } = batch;

    public Guid? ClientId { get; } = clientId;

    public long SequenceNumber { get; } = sequenceNumber;

    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(4 + RecordColumns.FieldCount);
        writer.WriteText(Collection);
        RawNumbers.Write(ref writer, Batch.Ids.Span);
        RecordColumns.Write(ref writer, Batch);
        RawNumbers.Write(ref writer, ClientId);
        writer.Write(SequenceNumber);
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
            return new StoreRequest(
                collection, batch, body.ReadOptionalGuid("client id"), body.ReadInt64OrDefault("sequence number", 0), memory);
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    public void Dispose() => memory?.Dispose();
}
