namespace HashDb;

/// <summary>The type of a field's value. Numbers are part of the protocol and never change their meaning.</summary>
public enum FieldKind
{
    /// <summary>The field is there and has no value.</summary>
    Null = 0,

    /// <summary>True or false.</summary>
    Boolean = 1,

    /// <summary>A whole number from -2^63 to 2^64 - 1.</summary>
    Integer = 2,

    /// <summary>A float64 that is a number.</summary>
    Double = 3,

    /// <summary>A text.</summary>
    String = 4,

    /// <summary>An instant, and the offset from UTC in which it was given, in whole minutes.</summary>
    DateTimeOffset = 5,

    /// <summary>A UUID.</summary>
    Guid = 6,

    /// <summary>Bytes.</summary>
    Bytes = 7,

    /// <summary>A list of values of the other kinds; lists are not nested.</summary>
    List = 8,
}
