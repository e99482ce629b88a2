namespace HashDb.Filters;

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
