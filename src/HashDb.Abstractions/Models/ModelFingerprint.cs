using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace HashDb.Models;

/// <summary>
/// SHA-256 of the content of a model file, which is also its trailing checksum. Stored hashcodes carry it, so that codes of
/// different models are never mixed.
/// </summary>
public readonly record struct ModelFingerprint
{
    /// <summary>32 bytes.</summary>
    public const int ByteCount = SHA256.HashSizeInBytes;

    private readonly Digest _digest;

    /// <summary>Takes the 32 bytes of the digest.</summary>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public ModelFingerprint(ReadOnlySpan<byte> digest)
    {
        if (digest.Length != ByteCount)
            throw new ArgumentException($"A fingerprint has {ByteCount} bytes, not {digest.Length}.", nameof(digest));
        digest.CopyTo(_digest);
    }

    /// <summary>Writes the 32 bytes.</summary>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void CopyTo(Span<byte> destination) => ((ReadOnlySpan<byte>)_digest).CopyTo(destination);

    /// <summary>The 32 bytes.</summary>
    public byte[] ToBytes() => ((ReadOnlySpan<byte>)_digest).ToArray();

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(_digest);

    /// <summary>Reads 64 hexadecimal digits.</summary>
    /// <exception cref="FormatException">The text is something else.</exception>
    public static ModelFingerprint Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length != 2 * ByteCount)
            throw new FormatException($"A fingerprint has {2 * ByteCount} hexadecimal digits, '{text}' has {text.Length} characters.");
        return new ModelFingerprint(Convert.FromHexString(text));
    }

    /// <inheritdoc/>
    public bool Equals(ModelFingerprint other) => ((ReadOnlySpan<byte>)_digest).SequenceEqual(other._digest);

    /// <inheritdoc/>
    public override int GetHashCode() => BitConverter.ToInt32(_digest);

    [InlineArray(ByteCount)]
    private struct Digest
    {
        private byte _first;
    }
}
