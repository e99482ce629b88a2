using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>A number: how many records were replaced or deleted, or the next sequence number: [number].</summary>
internal readonly record struct CountAnswer(long Count) : IMessage<CountAnswer>
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(1);
        writer.Write(Count);
    }

    public static CountAnswer Read(ref BodyReader body) => new(body.ReadInt64("count", 0));
}
