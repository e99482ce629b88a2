using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>Asks for the buckets with the most items: [collection, count].</summary>
internal readonly record struct LargestBucketsRequest(string Collection, int Count) : IMessage<LargestBucketsRequest>
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(2);
        writer.WriteText(Collection);
        writer.Write(Count);
    }

    public static LargestBucketsRequest Read(ref BodyReader body) => new(body.ReadText("collection"), body.ReadInt32("count"));
}
