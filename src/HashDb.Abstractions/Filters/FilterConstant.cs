// A value of a filter, made ready to be compared with stored bytes.
using System.Text;
using HashDb.Fields;

namespace HashDb.Filters;

internal sealed class FilterConstant
{
    private readonly FieldKind _kind;
    private readonly bool _isLarge;

    public FilterConstant(FieldValue value)
    {
        _kind = value.Kind;
        _isLarge = value.IsLarge;
        Bits = value.Bits;
        Label = value.Kind switch
        {
            FieldKind.Integer when !_isLarge && Bits is >= 0 and <= int.MaxValue => (int)Bits,
            FieldKind.Double when value.AsDouble() is >= 0 and <= int.MaxValue and var number && Math.Floor(number) == number =>
                (int)number,
            _ => null,
        };
        Bytes = value.Kind switch
        {
            FieldKind.String => Encoding.UTF8.GetBytes(value.AsString()),
            FieldKind.Guid => value.AsGuid().ToByteArray(bigEndian: true),
            FieldKind.Bytes => value.BytesOf(),
            _ => [],
        };
    }

    public long Bits { get; }

    public byte[] Bytes { get; }

    /// <summary>The label that it is, or null.</summary>
    public int? Label { get; }

    /// <summary>
    /// Orders a stored value against this: below 0 when it is smaller. Null when the two do not compare: of different types, or lists.
    /// Numbers by exact value, texts by their UTF-8, instants by instant.
    /// </summary>
    public int? CompareTo(in RawField field)
    {
        if (!field.IsField)
            return null;
        if (_kind is FieldKind.Integer or FieldKind.Double && field.Kind is FieldKind.Integer or FieldKind.Double)
            return CompareNumbers((field.Kind, field.Bits, field.IsLarge), (_kind, Bits, _isLarge));
        if (_kind != field.Kind)
            return null;
        return _kind switch
        {
            FieldKind.Boolean or FieldKind.DateTimeOffset => field.Bits.CompareTo(Bits),
            FieldKind.String or FieldKind.Guid or FieldKind.Bytes => field.Bytes.SequenceCompareTo(Bytes),
            _ => null,
        };
    }

    /// <summary>Orders two numbers by exact value; null when one is NaN.</summary>
    internal static int? CompareNumbers((FieldKind Kind, long Bits, bool IsLarge) left, (FieldKind Kind, long Bits, bool IsLarge) right)
    {
        if (left.Kind == FieldKind.Integer && right.Kind == FieldKind.Integer)
            return Whole(left.Bits, left.IsLarge).CompareTo(Whole(right.Bits, right.IsLarge));
        double x = BitConverter.Int64BitsToDouble(left.Bits);
        double y = BitConverter.Int64BitsToDouble(right.Bits);
        if (left.Kind == FieldKind.Integer)
            return double.IsNaN(y) ? null : Compare(Whole(left.Bits, left.IsLarge), y);
        if (double.IsNaN(x))
            return null;
        if (right.Kind == FieldKind.Integer)
            return -Compare(Whole(right.Bits, right.IsLarge), x);
        return double.IsNaN(y) ? null : x.CompareTo(y);
    }

    private static Int128 Whole(long bits, bool isLarge) => isLarge ? (ulong)bits : bits;

    /// <summary>A whole number against a double, without rounding either.</summary>
    private static int Compare(Int128 whole, double value)
    {
        if (value >= 18446744073709551616.0)
            return -1;
        if (value < -9223372036854775808.0)
            return 1;
        double floor = Math.Floor(value);
        int order = whole.CompareTo((Int128)floor);
        return order == 0 && floor < value ? -1 : order;
    }
}
