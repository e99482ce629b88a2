// Where a server listens: hashdb://host:port, or hashdbs://host:port with TLS.
using HashDb.Protocol;
using HashDb.Protocol.Messages;

namespace HashDb.Client.Internal.Remote;

internal sealed record ServerAddress(string Host, int Port, bool IsTls)
{
    public const string PlainScheme = "hashdb";
    public const string TlsScheme = "hashdbs";

    /// <summary>True when a text is meant as an address and not as a path.</summary>
    public static bool IsAddress(string text) =>
        text.StartsWith($"{PlainScheme}://", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith($"{TlsScheme}://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads an address.</summary>
    /// <exception cref="ArgumentException">It is none; says what one looks like.</exception>
    public static ServerAddress Parse(string address)
    {
        if (!IsAddress(address) || !Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || uri.Host.Length == 0)
            throw new ArgumentException(
                $"'{address}' is not an address; one looks like {PlainScheme}://host:port, or {TlsScheme}://host:port for TLS.",
                nameof(address));
        if (uri.UserInfo.Length > 0)
            throw new ArgumentException(
                "The address holds a user or a password; give the token in the options, where it is not logged.", nameof(address));
        if (uri.PathAndQuery is not ("" or "/") || uri.Fragment.Length > 0)
            throw new ArgumentException($"'{address}' has something after the port; a server holds one database.", nameof(address));
        return new ServerAddress(
            uri.DnsSafeHost,
            uri.Port == -1 ? ProtocolLimits.DefaultPort : uri.Port,
            string.Equals(uri.Scheme, TlsScheme, StringComparison.OrdinalIgnoreCase));
    }

    public override string ToString() =>
        $"{(IsTls ? TlsScheme : PlainScheme)}://{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}";
}
