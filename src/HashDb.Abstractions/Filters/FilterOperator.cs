namespace HashDb.Filters;

/// <summary>How a field is compared with a value.</summary>
public enum FilterOperator
{
    /// <summary>The same value.</summary>
    Equal,

    /// <summary>A smaller value.</summary>
    Less,

    /// <summary>A smaller or the same value.</summary>
    LessOrEqual,

    /// <summary>A larger value.</summary>
    Greater,

    /// <summary>A larger or the same value.</summary>
    GreaterOrEqual,
}
