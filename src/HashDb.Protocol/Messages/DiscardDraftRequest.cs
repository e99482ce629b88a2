using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>Throws the draft away: [collection, stamp]; it takes one sequence number.</summary>
internal readonly record struct DiscardDraftRequest(string Collection, WriteStamp? Stamp = null) : IMessage<DiscardDraftRequest>
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(1 + StampFields.CountOf(Stamp));
        writer.WriteText(Collection);
        StampFields.Write(ref writer, Stamp);
    }

    public static DiscardDraftRequest Read(ref BodyReader body) => new(body.ReadText("collection"), StampFields.Read(ref body));
}
