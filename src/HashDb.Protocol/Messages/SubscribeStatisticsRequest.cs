using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>Asks for a collection's figures again and again: [collection, interval in milliseconds].</summary>
internal readonly record struct SubscribeStatisticsRequest(
    string Collection, int IntervalMilliseconds) : IMessage<SubscribeStatisticsRequest>
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(2);
        writer.WriteText(Collection);
        writer.Write(IntervalMilliseconds);
    }

    public static SubscribeStatisticsRequest Read(ref BodyReader body) => new(
        body.ReadText("collection"),
        body.ReadInt32("interval", ProtocolLimits.MinStatisticsIntervalMilliseconds, ProtocolLimits.MaxStatisticsIntervalMilliseconds));
}
