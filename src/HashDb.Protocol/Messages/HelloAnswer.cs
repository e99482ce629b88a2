using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>Answer to the handshake: [version, features, server name, max frame bytes, max in flight].</summary>
/// <param name="Version">The version that both speak.</param>
/// <param name="Features">What both have, in force from the next frame on.</param>
/// <param name="ServerName">Name and version of the server, for people.</param>
/// <param name="MaxFrameBytes">Longest body that the server takes.</param>
/// <param name="MaxInFlight">Requests without a final answer that the server takes on this connection.</param>
internal readonly record struct HelloAnswer(int Version, ProtocolFeatures Features, string ServerName, int MaxFrameBytes, int MaxInFlight)
    : IMessage<HelloAnswer>
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(5);
        writer.Write(Version);
        writer.Write((int)Features);
        writer.WriteText(ServerName);
        writer.Write(MaxFrameBytes);
        writer.Write(MaxInFlight);
    }

    public static HelloAnswer Read(ref BodyReader body) => new(
        body.ReadInt32("version"),
        (ProtocolFeatures)body.ReadInt32("features"),
        body.ReadText("server name", ProtocolLimits.MaxPeerNameBytes),
        body.ReadInt32("max frame bytes", ProtocolLimits.MaxFrameBytesBeforeHello, int.MaxValue),
        body.ReadInt32("max in flight", 1, ProtocolLimits.MaxMaxInFlight));
}
