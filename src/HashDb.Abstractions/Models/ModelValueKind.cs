namespace HashDb.Models;

/// <summary>What a <see cref="ModelValue"/> holds.</summary>
public enum ModelValueKind
{
    /// <summary>A text, UTF-8 in files.</summary>
    Text = 0,

    /// <summary>A signed 64-bit integer.</summary>
    Integer = 1,

    /// <summary>A float64.</summary>
    Real = 2,

    /// <summary>True or false.</summary>
    Boolean = 3,
}
