using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>A body without fields: ping, cancel, list, checkpoint of the database, and every answer that only says "done".</summary>
internal readonly record struct EmptyMessage : IMessage<EmptyMessage>
{
    public void Write(ref MessagePackWriter writer) => writer.WriteArrayHeader(0);

    public static EmptyMessage Read(ref BodyReader body) => default;
}
