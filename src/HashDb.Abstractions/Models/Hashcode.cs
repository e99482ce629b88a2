using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace HashDb.Models;

/// <summary>The binary code of a vector, 8 to 512 bits. Bits from <see cref="BitCount"/> on are zero, always.</summary>
/// <remarks>
/// The packed form, which models write and files store, has <c>ceil(BitCount / 8)</c> bytes; bit i is bit i % 8 of byte i / 8.
/// The default value has no bits and equals only itself.
/// </remarks>
public readonly struct Hashcode : IEquatable<Hashcode>
{
    /// <summary>8: below that there are fewer buckets than a scan has cache lines.</summary>
    public const int MinBitCount = 8;

    /// <summary>512: one cache line; longer codes cost more than re-ranking the vector.</summary>
    public const int MaxBitCount = 512;

    private readonly Words _words;
    private readonly ushort _bitCount;

    private Hashcode(in Words words, int bitCount)
    {
        _words = words;
        _bitCount = (ushort)bitCount;
    }

    /// <summary>Length in bits.</summary>
    public int BitCount => _bitCount;

    /// <summary>Length of the packed form in bytes.</summary>
    public int ByteCount => (_bitCount + 7) >> 3;

    /// <summary>Number of bits that are set.</summary>
    public int PopCount
    {
        get
        {
            int sum = 0;
            foreach (ulong word in _words)
                sum += BitOperations.PopCount(word);
            return sum;
        }
    }

    /// <summary>Bit <paramref name="bit"/>, 0 to <see cref="BitCount"/> - 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The code has no such bit.</exception>
    public bool this[int bit]
    {
        get
        {
            if ((uint)bit >= _bitCount)
                throw new ArgumentOutOfRangeException(nameof(bit), bit, $"The hashcode has {_bitCount} bits.");
            return (_words[bit >> 6] >> (bit & 63) & 1) != 0;
        }
    }

    /// <summary>Reads a packed hashcode.</summary>
    /// <param name="packed">Exactly <c>ceil(bitCount / 8)</c> bytes; bits from <paramref name="bitCount"/> on must be zero.</param>
    /// <param name="bitCount">Length in bits, <see cref="MinBitCount"/> to <see cref="MaxBitCount"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is out of range.</exception>
    /// <exception cref="ArgumentException">The bytes are too few, too many, or have bits above the length.</exception>
    public static Hashcode FromBytes(ReadOnlySpan<byte> packed, int bitCount)
    {
        int byteCount = HashcodeMath.ByteCount(bitCount);
        if (packed.Length != byteCount)
            throw new ArgumentException($"A hashcode of {bitCount} bits has {byteCount} bytes, not {packed.Length}.", nameof(packed));
        if ((bitCount & 7) != 0 && packed[^1] >> (bitCount & 7) != 0)
            throw new ArgumentException($"Bits above bit {bitCount - 1} are set in the last byte, 0x{packed[^1]:x2}.", nameof(packed));

        Span<byte> padded = stackalloc byte[MaxBitCount / 8];
        padded.Clear();
        packed.CopyTo(padded);
        Words words = default;
        for (int i = 0; i < Words.Length; i++)
            words[i] = BinaryPrimitives.ReadUInt64LittleEndian(padded[(8 * i)..]);
        return new Hashcode(words, bitCount);
    }

    /// <summary>Writes the packed form.</summary>
    /// <param name="destination">Receives <see cref="ByteCount"/> bytes at its start.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void CopyTo(Span<byte> destination)
    {
        if (destination.Length < ByteCount)
            throw new ArgumentException($"The hashcode has {ByteCount} bytes, the destination {destination.Length}.", nameof(destination));
        Span<byte> padded = stackalloc byte[MaxBitCount / 8];
        for (int i = 0; i < Words.Length; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(padded[(8 * i)..], _words[i]);
        padded[..ByteCount].CopyTo(destination);
    }

    /// <summary>The packed form, <see cref="ByteCount"/> bytes.</summary>
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[ByteCount];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Number of bits in which two hashcodes of one length differ.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public int HammingDistance(in Hashcode other)
    {
        if (other._bitCount != _bitCount)
            throw new ArgumentException($"Hashcodes of {_bitCount} and {other._bitCount} bits have no distance.", nameof(other));
        int sum = 0;
        for (int i = 0; i < Words.Length; i++)
            sum += BitOperations.PopCount(_words[i] ^ other._words[i]);
        return sum;
    }

    /// <summary>The same code with one bit flipped.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The code has no such bit.</exception>
    public Hashcode Flip(int bit)
    {
        _ = this[bit];
        Words words = _words;
        words[bit >> 6] ^= 1UL << (bit & 63);
        return new Hashcode(words, _bitCount);
    }

    /// <summary>Length and packed bytes, such as <c>12:a503</c>: bits, a colon, two hexadecimal digits a byte, first byte first.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_bitCount}:{Convert.ToHexStringLower(ToBytes())}");

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <exception cref="FormatException">The text is not a hashcode.</exception>
    public static Hashcode Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out Hashcode code)
            ? code
            : throw new FormatException(
                $"'{text}' is not a hashcode: expected the number of bits, a colon and the packed bytes in hexadecimal.");
    }

    /// <summary>Reads what <see cref="ToString"/> writes; false when the text is not a hashcode.</summary>
    public static bool TryParse(string? text, out Hashcode code)
    {
        code = default;
        int colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        if (colon < 0
            || !int.TryParse(text.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out int bitCount)
            || bitCount is < MinBitCount or > MaxBitCount)
        {
            return false;
        }

        ReadOnlySpan<char> digits = text.AsSpan(colon + 1);
        Span<byte> packed = stackalloc byte[HashcodeMath.ByteCount(bitCount)];
        if (digits.Length != 2 * packed.Length
            || Convert.FromHexString(digits, packed, out _, out _) != System.Buffers.OperationStatus.Done
            || ((bitCount & 7) != 0 && packed[^1] >> (bitCount & 7) != 0))
        {
            return false;
        }

        code = FromBytes(packed, bitCount);
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(Hashcode other) => _bitCount == other._bitCount && ((ReadOnlySpan<ulong>)_words).SequenceEqual(other._words);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Hashcode other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(_bitCount);
        int used = (_bitCount + 63) >> 6;
        for (int i = 0; i < used; i++)
            hash.Add(_words[i]);
        return hash.ToHashCode();
    }

    /// <summary>Same length and same bits.</summary>
    public static bool operator ==(in Hashcode left, in Hashcode right) => left.Equals(right);

    /// <summary>Different length or different bits.</summary>
    public static bool operator !=(in Hashcode left, in Hashcode right) => !left.Equals(right);

    [InlineArray(Length)]
    private struct Words
    {
        public const int Length = MaxBitCount / 64;
        private ulong _first;
    }
}
