using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>Makes or drops an index: [collection, field].</summary>
/// <param name="Collection">Its name.</param>
/// <param name="Field">The field; the engine checks it.</param>
internal readonly record struct IndexRequest(string Collection, string Field) : IMessage<IndexRequest>
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(2);
        writer.WriteText(Collection);
        writer.WriteText(Field);
    }

    public static IndexRequest Read(ref BodyReader body) => new(body.ReadText("collection"), body.ReadText("field"));
}
