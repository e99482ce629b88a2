using System.Globalization;

namespace HashDb;

/// <summary>A user's key of a record. Every value is allowed.</summary>
public readonly record struct VectorId(ulong Value) : IComparable<VectorId>
{
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
