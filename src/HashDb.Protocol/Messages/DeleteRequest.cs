using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>Deletes records: [collection, ids, client id, sequence number].</summary>
internal readonly record struct DeleteRequest(
    string Collection, IReadOnlyList<VectorId> Ids, Guid? ClientId = null, long SequenceNumber = 0)
    : IMessage<DeleteRequest>
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(4);
        writer.WriteText(Collection);
        GetRequest.WriteIds(ref writer, Ids);
        RawNumbers.Write(ref writer, ClientId);
        writer.Write(SequenceNumber);
    }

    public static DeleteRequest Read(ref BodyReader body) => new(
        body.ReadText("collection"), body.ReadNumbers<VectorId>("ids"), body.ReadOptionalGuid("client id"),
        body.ReadInt64OrDefault("sequence number", 0));
}
