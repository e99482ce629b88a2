namespace HashDb.Filters;

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
