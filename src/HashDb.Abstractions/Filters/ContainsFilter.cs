namespace HashDb.Filters;

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
