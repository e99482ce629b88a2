// The key of a record: a number, a text or a UUID. Records are stored under a 64-bit id; that of a text or UUID is its hash, so every
// operation that takes an id takes a key, everywhere alike. The key itself is stored with the record (Fields/KeyField.cs), and a write
// whose key meets another one under the same id is refused.
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using HashDb.Fields;

namespace HashDb;

/// <summary>What a program calls a record: a number, a text or a UUID, as <see cref="CollectionOptions.Keys"/> fixes it.</summary>
[SuppressMessage("Usage", "CA2225", Justification = "ToObject and the constructors are the alternates.")]
public readonly struct RecordKey : IEquatable<RecordKey>
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string? _text;
    private readonly ulong _number;
    private readonly Guid _guid;

    /// <summary>A number.</summary>
    public RecordKey(ulong number) => _number = number;

    /// <summary>A text.</summary>
    /// <exception cref="ArgumentException">It is empty, longer than the limit, or no Unicode.</exception>
    public RecordKey(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        if (text.Length > StorageLimits.MaxKeyBytes || Strict.GetByteCount(text) > StorageLimits.MaxKeyBytes)
            throw new ArgumentException(
                $"The key '{text[..Math.Min(20, text.Length)]}...' has more than {StorageLimits.MaxKeyBytes} bytes of UTF-8, the limit.",
                nameof(text));
        Kind = KeyKind.String;
        _text = text;
    }

    /// <summary>A UUID.</summary>
    public RecordKey(Guid guid)
    {
        Kind = KeyKind.Guid;
        _guid = guid;
    }

    /// <summary>Which of the three it is.</summary>
    public KeyKind Kind { get; }

    /// <summary>
    /// The id under which the record is stored: the number; of a text or UUID the first 8 bytes, little-endian, of the SHA-256 of a byte
    /// (1 or 2) and its UTF-8 or its 16 bytes.
    /// </summary>
    public VectorId Id => Kind switch
    {
        KeyKind.String => Hash(KeyKind.String, Encoding.UTF8.GetBytes(_text!)),
        KeyKind.Guid => Hash(KeyKind.Guid, _guid.ToByteArray(bigEndian: true)),
        _ => new VectorId(_number),
    };

#pragma warning disable CS1591 // Each says what it does.
    public static implicit operator RecordKey(ulong number) => new(number);

    public static implicit operator RecordKey(VectorId id) => new(id.Value);

    public static implicit operator RecordKey(string text) => new(text);

    public static implicit operator RecordKey(Guid guid) => new(guid);

    public static bool operator ==(RecordKey left, RecordKey right) => left.Equals(right);

    public static bool operator !=(RecordKey left, RecordKey right) => !left.Equals(right);
#pragma warning restore CS1591

    /// <summary>The number.</summary>
    /// <exception cref="InvalidOperationException">It is another kind of key.</exception>
    public ulong AsNumber() => Kind == KeyKind.Number ? _number : throw Other("a number");

    /// <summary>The text.</summary>
    /// <exception cref="InvalidOperationException">It is another kind of key.</exception>
    public string AsString() => _text ?? throw Other("a text");

    /// <summary>The UUID.</summary>
    /// <exception cref="InvalidOperationException">It is another kind of key.</exception>
    public Guid AsGuid() => Kind == KeyKind.Guid ? _guid : throw Other("a UUID");

    /// <summary>A <see cref="ulong"/>, <see cref="string"/> or <see cref="Guid"/>.</summary>
    public object ToObject() => Kind switch { KeyKind.String => _text!, KeyKind.Guid => _guid, _ => _number };

    /// <inheritdoc/>
    public bool Equals(RecordKey other) =>
        Kind == other.Kind && _number == other._number && _guid == other._guid && _text == other._text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RecordKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, _number, _guid, _text);

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        KeyKind.String => _text!,
        KeyKind.Guid => _guid.ToString(),
        _ => _number.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The id of a key in its stored form.</summary>
    internal static VectorId IdOf(in RawField key) =>
        Hash(key.Kind == FieldKind.String ? KeyKind.String : KeyKind.Guid, key.Bytes);

    /// <summary>A key in its stored form, as an object.</summary>
    public static RecordKey Of(in RawField key) =>
        key.Kind == FieldKind.String
            ? new RecordKey(Encoding.UTF8.GetString(key.Bytes))
            : new RecordKey(new Guid(key.Bytes, bigEndian: true));

    private static VectorId Hash(KeyKind kind, ReadOnlySpan<byte> bytes)
    {
        Span<byte> input = stackalloc byte[1 + StorageLimits.MaxKeyBytes];
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        input[0] = (byte)kind;
        bytes.CopyTo(input[1..]);
        SHA256.HashData(input[..(1 + bytes.Length)], digest);
        return new VectorId(BinaryPrimitives.ReadUInt64LittleEndian(digest));
    }

    private InvalidOperationException Other(string wanted) => new($"The key {this} is a {Kind}, not {wanted}.");
}
