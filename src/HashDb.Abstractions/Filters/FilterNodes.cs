// The nodes of a filter. Immutable; a node that is too large cannot be made, so whoever has one need not look.
using HashDb.Fields;

namespace HashDb.Filters;

/// <summary>A field compared with a value.</summary>
public sealed class ComparisonFilter : Filter
{
    internal ComparisonFilter(string field, FilterOperator comparison, FieldValue value)
    {
        Field = CheckField(field);
        Operator = comparison;
        Value = CheckValue(field, value);
        if (value.Kind is FieldKind.Boolean or FieldKind.Bytes && comparison != FilterOperator.Equal)
            throw new ArgumentException(
                $"A {value.Kind} has no order: the field '{Quoted.Cut(field)}' can be compared with == and != only.", nameof(value));
        MeasureText();
    }

    /// <summary>The field.</summary>
    public new string Field { get; }

    /// <summary>How.</summary>
    public FilterOperator Operator { get; }

    /// <summary>With what: no null and no list.</summary>
    public FieldValue Value { get; }
}

/// <summary>A field that equals one of some values.</summary>
public sealed class InFilter : Filter
{
    internal InFilter(string field, IReadOnlyList<FieldValue> values)
    {
        Field = CheckField(field);
        if (values.Count > StorageLimits.MaxFilterValues)
            throw new ArgumentException(
                $"'{Quoted.Cut(field)} in' has {values.Count} values; the limit is {StorageLimits.MaxFilterValues}.", nameof(values));
        Values = [.. values.Select(value => CheckValue(field, value))];
        CheckText(Values.Sum(value => (long)LengthOf(value)));
        MeasureText();
    }

    /// <summary>The field.</summary>
    public new string Field { get; }

    /// <summary>The values.</summary>
    public IReadOnlyList<FieldValue> Values { get; }
}

/// <summary>A list with an item that equals a value.</summary>
public sealed class ContainsFilter : Filter
{
    internal ContainsFilter(string field, FieldValue value)
    {
        Field = CheckField(field);
        Value = CheckValue(field, value);
        MeasureText();
    }

    /// <summary>The field.</summary>
    public new string Field { get; }

    /// <summary>The value.</summary>
    public FieldValue Value { get; }
}

/// <summary>A text that begins with another.</summary>
public sealed class PrefixFilter : Filter
{
    internal PrefixFilter(string field, string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        Field = CheckField(field);
        CheckValue(field, prefix);
        Prefix = prefix;
        MeasureText();
    }

    /// <summary>The field.</summary>
    public new string Field { get; }

    /// <summary>How it begins.</summary>
    public string Prefix { get; }
}

/// <summary>A field that is there and not null.</summary>
public sealed class ExistsFilter : Filter
{
    internal ExistsFilter(string field)
    {
        Field = CheckField(field);
        MeasureText();
    }

    /// <summary>The field.</summary>
    public new string Field { get; }
}

/// <summary>All of some filters.</summary>
public sealed class AllFilter : Filter
{
    internal AllFilter(IReadOnlyList<Filter> parts)
        : base(parts, FilterText.BytesOf(parts)) => Parts = parts;

    /// <summary>The filters, at least two.</summary>
    public IReadOnlyList<Filter> Parts { get; }
}

/// <summary>At least one of some filters.</summary>
public sealed class AnyFilter : Filter
{
    internal AnyFilter(IReadOnlyList<Filter> parts)
        : base(parts, FilterText.BytesOf(parts)) => Parts = parts;

    /// <summary>The filters, at least two.</summary>
    public IReadOnlyList<Filter> Parts { get; }
}

/// <summary>What another filter does not match.</summary>
public sealed class NotFilter : Filter
{
    internal NotFilter(Filter part)
        : base([part], FilterText.BytesOfNot(part)) => Part = part;

    /// <summary>The other filter.</summary>
    public Filter Part { get; }
}

/// <summary>Everything, or nothing.</summary>
public sealed class ConstantFilter : Filter
{
    internal ConstantFilter(bool matches)
    {
        IsMatch = matches;
        MeasureText();
    }

    /// <summary>True for everything.</summary>
    public bool IsMatch { get; }
}
