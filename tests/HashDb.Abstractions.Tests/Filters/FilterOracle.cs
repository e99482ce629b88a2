// What a filter means, written a second time, over decoded fields and without any care for speed.
using System.Numerics;
using HashDb.Filters;

namespace HashDb.Abstractions.Tests.Filters;

internal static class FilterOracle
{
    public static bool Matches(Filter filter, RecordFields fields, IReadOnlyList<int> labels, FieldValue key)
    {
        return filter switch
        {
            ConstantFilter constant => constant.IsMatch,
            NotFilter not => !Matches(not.Part, fields, labels, key),
            AllFilter all => all.Parts.All(part => Matches(part, fields, labels, key)),
            AnyFilter any => any.Parts.Any(part => Matches(part, fields, labels, key)),
            ExistsFilter exists => !Get(exists.Field).IsNull,
            InFilter choice => choice.Values.Any(value => Order(Get(choice.Field), value) == 0),
            PrefixFilter prefix => Get(prefix.Field) is { Kind: FieldKind.String } text
                && text.AsString().StartsWith(prefix.Prefix, StringComparison.Ordinal),
            ContainsFilter contains => Get(contains.Field) is { Kind: FieldKind.List } list
                && list.AsList().Any(item => Order(item, contains.Value) == 0),
            ComparisonFilter comparison => Order(Get(comparison.Field), comparison.Value) is { } order && comparison.Operator switch
            {
                FilterOperator.Equal => order == 0,
                FilterOperator.Less => order < 0,
                FilterOperator.LessOrEqual => order <= 0,
                FilterOperator.Greater => order > 0,
                _ => order >= 0,
            },
            _ => throw new ArgumentException("unknown"),
        };

        FieldValue Get(string name) => name switch
        {
            "$key" => key,
            "$labels" => labels.Count == 0 ? FieldValue.Null : labels.ToArray(),
            _ => fields.TryGetValue(name, out FieldValue value) ? value : FieldValue.Null,
        };
    }

    private static int? Order(FieldValue left, FieldValue right)
    {
        bool areNumbers = IsNumber(left) && IsNumber(right);
        if (left.IsNull || right.IsNull || (!areNumbers && left.Kind != right.Kind))
            return null;
        return left.Kind switch
        {
            FieldKind.Integer or FieldKind.Double => Compare(Number(left), Number(right)),
            FieldKind.Boolean => left.AsBoolean().CompareTo(right.AsBoolean()),
            FieldKind.String => CompareCodePoints(left.AsString(), right.AsString()),
            FieldKind.DateTimeOffset => left.AsDateTimeOffset().UtcTicks.CompareTo(right.AsDateTimeOffset().UtcTicks),
            FieldKind.Guid => left.AsGuid().CompareTo(right.AsGuid()),
            FieldKind.Bytes => left.AsBytes().AsSpan().SequenceCompareTo(right.AsBytes()),
            _ => null,
        };
    }

    private static int CompareCodePoints(string left, string right)
    {
        int[] ours = [.. left.EnumerateRunes().Select(rune => rune.Value)];
        int[] theirs = [.. right.EnumerateRunes().Select(rune => rune.Value)];
        return ours.AsSpan().SequenceCompareTo(theirs);
    }

    private static bool IsNumber(FieldValue value) => value.Kind is FieldKind.Integer or FieldKind.Double;

    /// <summary>Exact: a double is a whole number times a power of two.</summary>
    private static (BigInteger Scaled, int Infinite) Number(FieldValue value)
    {
        const int Scale = 1_074;
        if (value.Kind == FieldKind.Integer)
            return (BigInteger.Parse(value.ToObject()!.ToString()!) << Scale, 0);
        double number = value.AsDouble();
        return double.IsInfinity(number) ? (0, Math.Sign(number)) : (Exact(number, Scale), 0);
    }

    private static BigInteger Exact(double number, int scale)
    {
        long bits = BitConverter.DoubleToInt64Bits(number);
        int exponent = (int)(bits >> 52 & 0x7FF);
        long fraction = bits & 0xFFFFFFFFFFFFF;
        long mantissa = exponent == 0 ? fraction : fraction | 1L << 52;
        var scaled = new BigInteger(mantissa) << Math.Max(exponent, 1) - 1_075 + scale;
        return number < 0 ? -scaled : scaled;
    }

    private static int Compare((BigInteger Scaled, int Infinite) left, (BigInteger Scaled, int Infinite) right) =>
        left.Infinite != right.Infinite ? left.Infinite.CompareTo(right.Infinite) : left.Scaled.CompareTo(right.Scaled);
}
