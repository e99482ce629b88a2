// The tokens that a server accepts, as hashes. Immutable, so any thread may ask.
//
// Invariants: a lookup compares the presented hash with every stored one in constant time, whichever matches; no message of an
// error repeats a line of the file, because someone may have put a token there by mistake.
using System.Security.Cryptography;
using HashDb.Protocol;
using HashDb.Protocol.Messages;

namespace HashDb.Server.Internal.Access;

internal sealed class TokenTable
{
    /// <summary>1,024 tokens: every handshake compares with each of them.</summary>
    public const int MaxTokens = 1_024;

    private readonly (AccessScope Scope, byte[] Hash)[] _entries;

    private TokenTable((AccessScope Scope, byte[] Hash)[] entries) => _entries = entries;

    public int Count => _entries.Length;

    /// <summary>Parses the lines of the configuration and of the token file.</summary>
    /// <exception cref="ArgumentException">A line is not <c>scope:hash</c>; names the line's number and where it stands.</exception>
    public static TokenTable Load(IReadOnlyList<string> lines, string? file)
    {
        var entries = new List<(AccessScope, byte[])>();
        Add(entries, lines, "the configured tokens");
        if (file is not null)
            Add(entries, ReadLines(file), file);
        if (entries.Count == 0 && (lines.Count > 0 || file is not null))
            throw new ArgumentException(
                $"Tokens are configured, but {file ?? "the configuration"} holds none: without a token every client may do everything.");
        if (entries.Count > MaxTokens)
            throw new ArgumentException($"{entries.Count} tokens are configured; the limit is {MaxTokens}.");
        return new TokenTable([.. entries]);
    }

    /// <summary>What the holder of a token may do.</summary>
    /// <returns><see cref="AccessScope.None"/> when the token is not known.</returns>
    public AccessScope Find(string token)
    {
        Span<byte> presented = AccessToken.Hash(token);
        AccessScope found = AccessScope.None;
        foreach ((AccessScope scope, byte[] hash) in _entries)
        {
            if (CryptographicOperations.FixedTimeEquals(presented, hash) && scope > found)
                found = scope;
        }

        return found;
    }

    private static string[] ReadLines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"The token file {file} cannot be read: {error.Message}", error);
        }
    }

    private static void Add(List<(AccessScope Scope, byte[] Hash)> entries, IReadOnlyList<string> lines, string source)
    {
        for (int i = 0; i < lines.Count; i++)
        {
            string line = lines[i].Trim();
            if (line.Length > 0 && line[0] != '#')
                entries.Add(Parse(line, i + 1, source));
        }
    }

    private static (AccessScope Scope, byte[] Hash) Parse(string line, int number, string source)
    {
        string[] parts = line.Split(':');
        AccessScope scope = parts[0].Trim() switch
        {
            "read" => AccessScope.Read,
            "write" => AccessScope.Write,
            "admin" => AccessScope.Admin,
            _ => AccessScope.None,
        };
        if (parts.Length != 2 || scope == AccessScope.None)
            throw new ArgumentException($"Line {number} of {source} is not scope:hash with a scope of read, write or admin.");
        byte[] hash = new byte[SHA256.HashSizeInBytes];
        string digits = parts[1].Trim();
        if (digits.Length != 2 * hash.Length || Convert.FromHexString(digits, hash, out _, out _) != System.Buffers.OperationStatus.Done)
            throw new ArgumentException(
                $"The hash in line {number} of {source} is not {2 * hash.Length} hexadecimal digits: the line holds the hash of a "
                + "token, as 'hashdb token' prints it, not the token.");
        return (scope, hash);
    }
}
