using System.Globalization;

namespace HashDb;

/// <summary>
/// The number under which a record is stored: its key where keys are numbers, otherwise the hash of its key. Every value is allowed.
/// </summary>
public readonly record struct VectorId(ulong Value) : IComparable<VectorId>
{
#pragma warning disable CA2225 // RecordKey is the alternate.
    /// <summary>The id of a key.</summary>
    public static implicit operator VectorId(RecordKey key) => key.Id;

    /// <summary>The id of a key that is a text.</summary>
    public static implicit operator VectorId(string key) => new RecordKey(key).Id;

    /// <summary>The id of a key that is a UUID.</summary>
    public static implicit operator VectorId(Guid key) => new RecordKey(key).Id;
#pragma warning restore CA2225

    /// <inheritdoc/>
    public int CompareTo(VectorId other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Compares two ids by value.</summary>
    public static bool operator <(VectorId left, VectorId right) => left.Value < right.Value;

    /// <summary>Compares two ids by value.</summary>
    public static bool operator >(VectorId left, VectorId right) => left.Value > right.Value;

    /// <summary>Compares two ids by value.</summary>
    public static bool operator <=(VectorId left, VectorId right) => left.Value <= right.Value;

    /// <summary>Compares two ids by value.</summary>
    public static bool operator >=(VectorId left, VectorId right) => left.Value >= right.Value;
}
