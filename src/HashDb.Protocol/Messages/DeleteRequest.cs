using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>Deletes records: [collection, ids, stamp].</summary>
internal readonly record struct DeleteRequest(string Collection, IReadOnlyList<VectorId> Ids, WriteStamp? Stamp = null)
    : IMessage<DeleteRequest>
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(2 + StampFields.CountOf(Stamp));
        writer.WriteText(Collection);
        GetRequest.WriteIds(ref writer, Ids);
        StampFields.Write(ref writer, Stamp);
    }

    public static DeleteRequest Read(ref BodyReader body) =>
        new(body.ReadText("collection"), body.ReadNumbers<VectorId>("ids"), StampFields.Read(ref body));
}
