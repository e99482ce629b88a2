using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>Asks which sequence number a client's next stamped write must have: [collection, client id].</summary>
internal readonly record struct NextSequenceNumberRequest(string Collection, Guid ClientId) : IMessage<NextSequenceNumberRequest>
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(2);
        writer.WriteText(Collection);
        RawNumbers.Write(ref writer, ClientId);
    }

    public static NextSequenceNumberRequest Read(ref BodyReader body) => new(body.ReadText("collection"), body.ReadGuid("client id"));
}
