using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>
/// The stamp at the end of a write: client id, sequence number, floor. The floor is left out where there is none, so that such a
/// message is what it was before there were floors.
/// </summary>
internal static class StampFields
{
    /// <summary>Number of fields that a stamp takes.</summary>
    public static int CountOf(WriteStamp? stamp) => stamp?.Floor is null ? 2 : 3;

    public static void Write(ref MessagePackWriter writer, WriteStamp? stamp)
    {
        RawNumbers.Write(ref writer, stamp?.ClientId);
        writer.Write(stamp?.SequenceNumber ?? 0);
        if (stamp?.Floor is { } floor)
            writer.Write(floor);
    }

    public static WriteStamp? Read(ref BodyReader body)
    {
        Guid? clientId = body.ReadOptionalGuid("client id");
        long sequenceNumber = body.ReadInt64OrDefault("sequence number", 0);
        long? floor = body.TryReadNil() ? null : body.ReadInt64("floor");
        return clientId is { } id ? new WriteStamp(id, sequenceNumber, floor) : null;
    }
}
