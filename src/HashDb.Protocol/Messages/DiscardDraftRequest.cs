using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>Throws the draft away: [collection, client id, sequence number]; it takes one sequence number.</summary>
internal readonly record struct DiscardDraftRequest(
    string Collection, Guid? ClientId = null, long SequenceNumber = 0) : IMessage<DiscardDraftRequest>
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(3);
        writer.WriteText(Collection);
        RawNumbers.Write(ref writer, ClientId);
        writer.Write(SequenceNumber);
    }

    public static DiscardDraftRequest Read(ref BodyReader body) => new(
        body.ReadText("collection"), body.ReadOptionalGuid("client id"), body.ReadInt64OrDefault("sequence number", 0));
}
