using System.Text;
using HashDb.Filters;

namespace HashDb.Fields;

/// <summary>
/// A total order of values, to sort by: by kind (booleans, numbers, texts, dates, UUIDs, bytes, lists), then by value; null comes last, and
/// NaN, which only payloads of other programs hold, after all numbers.
/// </summary>
public sealed class FieldOrder : IComparer<FieldValue>
{
    private FieldOrder()
    {
    }

    /// <summary>The order.</summary>
    public static FieldOrder Instance { get; } = new();

    /// <inheritdoc/>
    public int Compare(FieldValue x, FieldValue y)
    {
        int rank = RankOf(x.Kind).CompareTo(RankOf(y.Kind));
        if (rank != 0)
            return rank;
        switch (x.Kind)
        {
            case FieldKind.Boolean or FieldKind.DateTimeOffset:
                return x.Bits.CompareTo(y.Bits);
            case FieldKind.Integer or FieldKind.Double:
                return FilterConstant.CompareNumbers((x.Kind, x.Bits, x.IsLarge), (y.Kind, y.Bits, y.IsLarge))
                    ?? IsNaN(x).CompareTo(IsNaN(y));
            case FieldKind.String:
                return Encoding.UTF8.GetBytes(x.AsString()).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y.AsString()));
            case FieldKind.Guid:
                return x.AsGuid().CompareTo(y.AsGuid());
            case FieldKind.Bytes:
                return x.BytesOf().AsSpan().SequenceCompareTo(y.BytesOf());
            case FieldKind.List:
                return CompareLists(x.AsList(), y.AsList());
            default:
                return 0;
        }
    }

    private static bool IsNaN(in FieldValue value) =>
        value.Kind == FieldKind.Double && double.IsNaN(BitConverter.Int64BitsToDouble(value.Bits));

    private int CompareLists(IReadOnlyList<FieldValue> left, IReadOnlyList<FieldValue> right)
    {
        for (int i = 0; i < Math.Min(left.Count, right.Count); i++)
        {
            if (Compare(left[i], right[i]) is not 0 and var order)
                return order;
        }
        return left.Count.CompareTo(right.Count);
    }

    private static int RankOf(FieldKind kind) => kind switch
    {
        FieldKind.Boolean => 0,
        FieldKind.Integer or FieldKind.Double => 1,
        FieldKind.String => 2,
        FieldKind.DateTimeOffset => 3,
        FieldKind.Guid => 4,
        FieldKind.Bytes => 5,
        FieldKind.List => 6,
        _ => 7,
    };
}
