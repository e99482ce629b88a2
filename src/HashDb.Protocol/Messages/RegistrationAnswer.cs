using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>Where a client is: [next sequence number, floor, may be forgotten].</summary>
internal readonly record struct RegistrationAnswer(long SequenceNumber, long Floor, bool MayBeForgotten) : IMessage<RegistrationAnswer>
{
    /// <summary>The registration of the client that asked.</summary>
    public ClientRegistration Of(Guid client) =>
        new() { Next = new WriteStamp(client, SequenceNumber, Floor), MayBeForgotten = MayBeForgotten };

    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(3);
        writer.Write(SequenceNumber);
        writer.Write(Floor);
        writer.Write(MayBeForgotten);
    }

    public static RegistrationAnswer Read(ref BodyReader body) =>
        new(body.ReadInt64("sequence number", 0), body.ReadInt64("floor", 1), body.ReadBoolean("may be forgotten"));
}
