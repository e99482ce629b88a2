using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>First frame of a connection: [magic, lowest version, highest version, features, client name, token or nil].</summary>
internal readonly record struct HelloRequest(
    int LowestVersion, int HighestVersion, ProtocolFeatures Features, string ClientName, string? Token)
    : IMessage<HelloRequest>
{
    /// <summary>Says that the peer means this protocol and not another one on the same port.</summary>
    public const string Magic = "HASHDB";

    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(6);
        writer.Write(Magic);
        writer.Write(LowestVersion);
        writer.Write(HighestVersion);
        writer.Write((int)Features);
        writer.WriteText(ClientName);
        writer.WriteText(Token);
    }

    public static HelloRequest Read(ref BodyReader body)
    {
        string magic = body.ReadText("magic", ProtocolLimits.MaxPeerNameBytes);
        if (magic != Magic)
            throw new ProtocolException($"A handshake begins with '{Magic}', not with '{magic}'.");
        return new HelloRequest(
            body.ReadInt32("lowest version"),
            body.ReadInt32("highest version"),
            (ProtocolFeatures)body.ReadInt32("features"),
            body.ReadText("client name", ProtocolLimits.MaxPeerNameBytes),
            body.ReadOptionalText("token", ProtocolLimits.MaxTokenBytes));
    }

    /// <summary>Without the token, which must not reach a log.</summary>
    public override string ToString() => $"Hello of {ClientName}, versions {LowestVersion} to {HighestVersion}, features {Features}";
}
