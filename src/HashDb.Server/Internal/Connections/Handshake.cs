// The first frame of a connection: do both speak one version, and what may the peer do?
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Server.Internal.Access;

namespace HashDb.Server.Internal.Connections;

internal static class Handshake
{
    private const ProtocolFeatures Features = ProtocolFeatures.Checksums;

    /// <summary>Checks the frame and decides.</summary>
    /// <exception cref="ProtocolException">The frame is not a handshake.</exception>
    /// <exception cref="HashDbException">
    /// <see cref="HashDbErrorCode.UnsupportedVersion"/>: no version in common;
    /// <see cref="HashDbErrorCode.Unauthenticated"/>: a token is wanted, and none or an unknown one was given.
    /// </exception>
    public static (HelloAnswer Answer, AccessScope Scope) Answer(ServerContext server, in Frame frame)
    {
        if (frame.Header.Opcode != Opcode.Hello || frame.Header.Flags != FrameFlags.None)
            throw new ProtocolException(
                $"A connection begins with a handshake, not with opcode {(int)frame.Header.Opcode} and flags {(int)frame.Header.Flags}.");
        HelloRequest hello = MessageCodec.Read<HelloRequest>(frame.Body);
        if (hello.LowestVersion > ProtocolLimits.HighestVersion || hello.HighestVersion < ProtocolLimits.LowestVersion)
            throw new HashDbException(
                HashDbErrorCode.UnsupportedVersion,
                $"The client speaks the versions {hello.LowestVersion} to {hello.HighestVersion} of the protocol, the server "
                + $"{ProtocolLimits.LowestVersion} to {ProtocolLimits.HighestVersion}.");
        AccessScope scope = Authenticate(server.Tokens, hello.Token);
        int version = Math.Min(hello.HighestVersion, ProtocolLimits.HighestVersion);
        return (new HelloAnswer(
            version,
            hello.Features & Features,
            ServerContext.Name,
            server.Options.MaxFrameBytes,
            server.Options.MaxInFlightPerConnection), scope);
    }

    private static AccessScope Authenticate(TokenTable tokens, string? token)
    {
        if (tokens.Count == 0)
            return AccessScope.Admin;
        if (token is null)
            throw new HashDbException(HashDbErrorCode.Unauthenticated, "The server wants a token, and none was given.");
        AccessScope scope = tokens.Find(token);
        if (scope == AccessScope.None)
            throw new HashDbException(HashDbErrorCode.Unauthenticated, "The server does not know the token that was given.");
        return scope;
    }
}
