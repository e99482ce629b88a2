// One value of a field: what a program puts in and takes out. Filters and the store work on the encoded bytes (Fields/RawField.cs).
using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using HashDb.Fields;

namespace HashDb;

/// <summary>A value of a field. Made from the usual .NET types by assignment.</summary>
public readonly struct FieldValue : IEquatable<FieldValue>
{
    private static readonly object Unsigned = new();

    private readonly object? _object;
    private readonly long _bits;
    private readonly short _offsetMinutes;

    private FieldValue(FieldKind kind, long bits, object? value = null, short offsetMinutes = 0)
    {
        Kind = kind;
        _bits = bits;
        _object = value;
        _offsetMinutes = offsetMinutes;
    }

    /// <summary>A field without a value.</summary>
    public static FieldValue Null => default;

    /// <summary>Its type.</summary>
    public FieldKind Kind { get; }

    /// <summary>True when it has no value.</summary>
    public bool IsNull => Kind == FieldKind.Null;

    /// <summary>True for a whole number above the largest <see cref="long"/>.</summary>
    internal bool IsLarge => ReferenceEquals(_object, Unsigned);

    /// <summary>Bits of a boolean, a whole number (as it is stored), a double, or the UTC ticks of an instant.</summary>
    internal long Bits => _bits;

    internal short OffsetMinutes => _offsetMinutes;

#pragma warning disable CS1591, CA2225 // Each says what it does; FromObject is the alternate.
    public static implicit operator FieldValue(bool value) => new(FieldKind.Boolean, value ? 1 : 0);

    public static implicit operator FieldValue(int value) => new(FieldKind.Integer, value);

    public static implicit operator FieldValue(uint value) => new(FieldKind.Integer, value);

    public static implicit operator FieldValue(long value) => new(FieldKind.Integer, value);

    public static implicit operator FieldValue(ulong value) => new(FieldKind.Integer, (long)value, value > long.MaxValue ? Unsigned : null);

    public static implicit operator FieldValue(double value) => new(FieldKind.Double, BitConverter.DoubleToInt64Bits(value));

    public static implicit operator FieldValue(string? value) => value is null ? Null : new(FieldKind.String, 0, value);

    public static implicit operator FieldValue(DateTimeOffset value) => Instant(value);

    public static implicit operator FieldValue(DateTime value) => value.Kind == DateTimeKind.Unspecified
        ? throw new ArgumentException(
            $"The time {value:O} is neither UTC nor local, so it names no instant; give a DateTimeOffset, or DateTime.SpecifyKind.",
            nameof(value))
        : Instant(new DateTimeOffset(value));

    public static implicit operator FieldValue(Guid value) => new(FieldKind.Guid, 0, value);

    public static implicit operator FieldValue(byte[]? value) => value is null ? Null : OfOwned([.. value]);

    public static implicit operator FieldValue(FieldValue[]? value) => value is null ? Null : List([.. value]);

    public static implicit operator FieldValue(string[]? value) => value is null ? Null : List([.. value.Select(text => (FieldValue)text)]);

    public static implicit operator FieldValue(int[]? value) => value is null ? Null : List([.. value.Select(item => (FieldValue)item)]);

    public static implicit operator FieldValue(long[]? value) => value is null ? Null : List([.. value.Select(item => (FieldValue)item)]);

    public static implicit operator FieldValue(double[]? value) => value is null ? Null : List([.. value.Select(item => (FieldValue)item)]);

    public static implicit operator FieldValue(Guid[]? value) => value is null ? Null : List([.. value.Select(item => (FieldValue)item)]);

    public static implicit operator FieldValue(bool[]? value) => value is null ? Null : List([.. value.Select(item => (FieldValue)item)]);

    public static implicit operator FieldValue(float[]? value) => value is null ? Null : List([.. value.Select(item => (FieldValue)item)]);

    public static implicit operator FieldValue(DateTimeOffset[]? value) =>
        value is null ? Null : List([.. value.Select(item => (FieldValue)item)]);

    public static implicit operator FieldValue(List<string>? value) => value?.ToArray();

    public static implicit operator FieldValue(List<int>? value) => value?.ToArray();

    public static implicit operator FieldValue(List<long>? value) => value?.ToArray();

    public static implicit operator FieldValue(List<double>? value) => value?.ToArray();

    public static bool operator ==(FieldValue left, FieldValue right) => left.Equals(right);

    public static bool operator !=(FieldValue left, FieldValue right) => !left.Equals(right);
#pragma warning restore CS1591, CA2225

    /// <summary>The value of an object of one of the types that a field may have; lists may be any enumerable of them.</summary>
    /// <exception cref="ArgumentException">The type is none of them; names it.</exception>
    public static FieldValue FromObject(object? value) => value switch
    {
        null => Null,
        FieldValue field => field,
        bool boolean => boolean,
        sbyte or short or int or long or byte or ushort or uint => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        ulong large => large,
        float single => (double)single,
        double number => number,
        string text => text,
        DateTimeOffset instant => instant,
        DateTime time => time,
        Guid id => id,
        byte[] bytes => bytes,
        ReadOnlyMemory<byte> memory => OfOwned(memory.ToArray()),
        Enum named => named.ToString(),
        IEnumerable items => List([.. items.Cast<object?>().Select(ItemOf)]),
        _ => throw new ArgumentException(
            $"A field cannot hold a {value.GetType()}: it may be a bool, an integer, a float or double, a string, a DateTimeOffset or "
            + "DateTime, a Guid, a byte array, or a list of these.",
            nameof(value)),
    };

    /// <summary>The value as <see cref="bool"/>.</summary>
    /// <exception cref="InvalidOperationException">It is of another kind; says of which.</exception>
    public bool AsBoolean() => Kind == FieldKind.Boolean ? _bits != 0 : throw Other("a bool");

    /// <summary>The value as <see cref="int"/>.</summary>
    /// <exception cref="InvalidOperationException">It is of another kind, or too large.</exception>
    public int AsInt32() => AsInt64() is >= int.MinValue and <= int.MaxValue and var value ? (int)value : throw Other("an int");

    /// <summary>The value as <see cref="long"/>.</summary>
    /// <exception cref="InvalidOperationException">It is of another kind, or too large.</exception>
    public long AsInt64() => Kind == FieldKind.Integer && !IsLarge ? _bits : throw Other("a long");

    /// <summary>The value as <see cref="ulong"/>.</summary>
    /// <exception cref="InvalidOperationException">It is of another kind, or negative.</exception>
    public ulong AsUInt64() => Kind == FieldKind.Integer && (IsLarge || _bits >= 0) ? (ulong)_bits : throw Other("a ulong");

    /// <summary>The value as <see cref="double"/>; a whole number is converted.</summary>
    /// <exception cref="InvalidOperationException">It is no number.</exception>
    public double AsDouble() => Kind switch
    {
        FieldKind.Double => BitConverter.Int64BitsToDouble(_bits),
        FieldKind.Integer => IsLarge ? (ulong)_bits : _bits,
        _ => throw Other("a double"),
    };

    /// <summary>The value as <see cref="string"/>.</summary>
    /// <exception cref="InvalidOperationException">It is of another kind.</exception>
    public string AsString() => Kind == FieldKind.String ? (string)_object! : throw Other("a string");

    /// <summary>The value as <see cref="DateTimeOffset"/>.</summary>
    /// <exception cref="InvalidOperationException">It is of another kind.</exception>
    public DateTimeOffset AsDateTimeOffset() => Kind == FieldKind.DateTimeOffset
        ? new DateTimeOffset(_bits, TimeSpan.Zero).ToOffset(TimeSpan.FromMinutes(_offsetMinutes))
        : throw Other("a DateTimeOffset");

    /// <summary>The value as <see cref="Guid"/>.</summary>
    /// <exception cref="InvalidOperationException">It is of another kind.</exception>
    public Guid AsGuid() => Kind == FieldKind.Guid ? (Guid)_object! : throw Other("a Guid");

    /// <summary>The value as bytes.</summary>
    /// <exception cref="InvalidOperationException">It is of another kind.</exception>
    public byte[] AsBytes() => [.. BytesOf()];

    /// <summary>The value as a list.</summary>
    /// <exception cref="InvalidOperationException">It is of another kind.</exception>
    public IReadOnlyList<FieldValue> AsList() => Kind == FieldKind.List ? (FieldValue[])_object! : throw Other("a list");

    /// <summary>
    /// The value as an object: null, bool, long (or ulong), double, string, DateTimeOffset, Guid, byte[] or an array of these.
    /// </summary>
    public object? ToObject() => Kind switch
    {
        FieldKind.Null => null,
        FieldKind.Boolean => AsBoolean(),
        FieldKind.Integer => IsLarge ? AsUInt64() : AsInt64(),
        FieldKind.Double => AsDouble(),
        FieldKind.DateTimeOffset => AsDateTimeOffset(),
        FieldKind.Bytes => AsBytes(),
        FieldKind.List => AsList().Select(item => item.ToObject()).ToArray(),
        _ => _object,
    };

    /// <summary>
    /// The value in a type that holds it unchanged; but a double may become a float, an integer a double, an instant the UTC time. Lists
    /// become arrays or lists.
    /// </summary>
    /// <exception cref="InvalidCastException">The type cannot hold the value; names both.</exception>
    [RequiresUnreferencedCode("Lists are made of the types of properties.")]
    [RequiresDynamicCode("Lists are made of the types of properties.")]
    public object? To(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return FieldObjects.Convert(this, type);
    }

    /// <summary>Equal in kind and value; instants by instant and offset.</summary>
    public bool Equals(FieldValue other) => Kind == other.Kind && _bits == other._bits && IsLarge == other.IsLarge
        && _offsetMinutes == other._offsetMinutes && Kind switch
        {
            FieldKind.String or FieldKind.Guid => _object!.Equals(other._object),
            FieldKind.Bytes => ((byte[])_object!).AsSpan().SequenceEqual((byte[])other._object!),
            FieldKind.List => ((FieldValue[])_object!).AsSpan().SequenceEqual((FieldValue[])other._object!),
            _ => true,
        };

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is FieldValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, _bits, Kind is FieldKind.String or FieldKind.Guid ? _object : null);

    /// <summary>As a filter's text has it.</summary>
    public override string ToString() => Filters.FilterText.Of(this);

    /// <summary>The value as bytes that are not copied; nobody may change them.</summary>
    internal byte[] BytesOf() => Kind == FieldKind.Bytes ? (byte[])_object! : throw Other("bytes");

    /// <summary>A list that owns its array from now on.</summary>
    /// <exception cref="ArgumentException">There is a list in it.</exception>
    internal static FieldValue List(FieldValue[] items) => Array.Exists(items, item => item.Kind == FieldKind.List)
        ? throw ListInList()
        : new(FieldKind.List, 0, items);

    /// <summary>Bytes that own their array from now on.</summary>
    internal static FieldValue OfOwned(byte[] bytes) => new(FieldKind.Bytes, 0, bytes);

    internal static FieldValue Instant(long utcTicks, short offsetMinutes) => new(FieldKind.DateTimeOffset, utcTicks, null, offsetMinutes);

    private static FieldValue Instant(DateTimeOffset value) =>
        Instant(value.UtcTicks, (short)(value.Offset.Ticks / TimeSpan.TicksPerMinute));

    /// <summary>Looks for lists before it looks into them: one may be an item of itself.</summary>
    private static FieldValue ItemOf(object? value) =>
        value is IEnumerable and not (string or byte[]) ? throw ListInList() : FromObject(value);

    private static ArgumentException ListInList() => new("There is a list in a list; lists hold single values.");

    private InvalidOperationException Other(string wanted) => new(
        Kind == FieldKind.Null ? $"The value is null, not {wanted}." : $"The value is a {Kind} ({Quoted.Cut(ToString())}), not {wanted}.");
}
