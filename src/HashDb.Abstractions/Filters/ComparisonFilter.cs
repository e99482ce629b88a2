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
