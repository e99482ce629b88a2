using HashDb.Fields;

namespace HashDb.Filters;

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
