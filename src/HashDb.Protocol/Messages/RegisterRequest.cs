using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>Asks for the floor of a client, and where it is: [collection, client id].</summary>
internal readonly record struct RegisterRequest(string Collection, Guid ClientId) : IMessage<RegisterRequest>
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(2);
        writer.WriteText(Collection);
        RawNumbers.Write(ref writer, ClientId);
    }

    public static RegisterRequest Read(ref BodyReader body) => new(body.ReadText("collection"), body.ReadGuid("client id"));
}
