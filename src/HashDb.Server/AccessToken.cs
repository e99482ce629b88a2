// A token is 32 random bytes, so a plain SHA-256 of it cannot be searched for and needs neither salt nor stretching.
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using HashDb.Protocol;
using HashDb.Protocol.Messages;

namespace HashDb.Server;

/// <summary>Makes tokens and the lines under which a server knows them. The server never stores a token, only its hash.</summary>
public static class AccessToken
{
    /// <summary>Random bytes of a token: as hard to guess as a key of AES-256.</summary>
    public const int RandomBytes = 32;

    /// <summary>What every token begins with, so that people and secret scanners know one when they see it.</summary>
    public const string Prefix = "hashdb_";

    /// <summary>Makes a new token from the system's source of randomness.</summary>
    /// <returns><see cref="Prefix"/> and 43 characters of base64url.</returns>
    public static string Create() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    /// <summary>The line for a server's token file: <c>scope:hash</c>, the hash being SHA-256 in hexadecimal digits.</summary>
    /// <param name="token">A token.</param>
    /// <param name="scope">What its holder may do; not <see cref="AccessScope.None"/>.</param>
    public static string ToLine(string token, AccessScope scope)
    {
        ArgumentException.ThrowIfNullOrEmpty(token);
        if (scope is < AccessScope.Read or > AccessScope.Admin)
            throw new ArgumentOutOfRangeException(nameof(scope), scope, $"The scope is {scope}; it must be read, write or admin.");
        return $"{NameOf(scope)}:{Convert.ToHexStringLower(Hash(token))}";
    }

    /// <summary>The word for a scope in token lines and on the command line.</summary>
    internal static string NameOf(AccessScope scope) => scope switch
    {
        AccessScope.Read => "read",
        AccessScope.Write => "write",
        AccessScope.Admin => "admin",
        _ => "none",
    };

    internal static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
