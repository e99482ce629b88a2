namespace HashDb;

/// <summary>The parts of a record that an answer has beside its id.</summary>
[Flags]
public enum RecordParts
{
    /// <summary>Nothing else.</summary>
    None = 0,

    /// <summary>The fields, or the payload that they are.</summary>
    Fields = 1,

    /// <summary>The labels.</summary>
    Labels = 2,

    /// <summary>The vector.</summary>
    Vector = 4,

    /// <summary>All of it.</summary>
    All = Fields | Labels | Vector,
}
