using HashDb.Checks;
using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>
/// Insert and upsert: [collection, ids, vectors, label counts, labels, payload lengths, payloads, client id, sequence number].
/// One that was read holds rented memory; dispose of it when the write has ended, and not before.
/// </summary>
/// <param name="collection">Name of the collection.</param>
/// <param name="records">All with vectors of one length.</param>
/// <param name="clientId">Whose stamp it is, or null without one.</param>
/// <param name="sequenceNumber">Operations that this client has sent before.</param>
/// <param name="memory">What the records refer to, if it is to be given back.</param>
internal sealed class StoreRequest(
    string collection, IReadOnlyList<VectorRecord> records, Guid? clientId = null, long sequenceNumber = 0, RecordMemory? memory = null)
    : IMessage<StoreRequest>, IDisposable
{
    public string Collection { get; } = collection;

    public IReadOnlyList<VectorRecord> Records { get; } = records;

    public Guid? ClientId { get; } = clientId;

    public long SequenceNumber { get; } = sequenceNumber;

    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(4 + RecordColumns.FieldCount);
        writer.WriteText(Collection);
        writer.WriteBinHeader(Records.Count * sizeof(ulong));
        for (int i = 0; i < Records.Count; i++)
        {
            VectorId id = Records[i].Id;
            RawNumbers.WriteBody(ref writer, new ReadOnlySpan<VectorId>(in id));
        }
        RecordColumns.Write(ref writer, Records);
        RawNumbers.Write(ref writer, ClientId);
        writer.Write(SequenceNumber);
    }

    public static StoreRequest Read(ref BodyReader body)
    {
        string collection = body.ReadText("collection");
        VectorId[] ids = body.ReadNumbers<VectorId>("ids");
        // Before a record is made for each: a record takes far more memory than the eight bytes that announce it.
        RecordChecks.CheckBatch(ids, "records");
        var memory = new RecordMemory(isPooled: true);
        try
        {
            VectorRecord[] records = RecordColumns.Read(ref body, ids, memory);
            return new StoreRequest(
                collection, records, body.ReadOptionalGuid("client id"), body.ReadInt64OrDefault("sequence number", 0), memory);
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    public void Dispose() => memory?.Dispose();
}
