using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>
/// A request about a collection that needs no more than its name: describe, drop, statistics, checkpoint, compact: [collection].
/// </summary>
internal readonly record struct CollectionRequest(string Collection) : IMessage<CollectionRequest>
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(1);
        writer.WriteText(Collection);
    }

    public static CollectionRequest Read(ref BodyReader body) => new(body.ReadText("collection"));
}
