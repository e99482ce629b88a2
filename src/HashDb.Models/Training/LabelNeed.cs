namespace HashDb.Models.Training;

/// <summary>Whether a trainer learns from labels.</summary>
public enum LabelNeed
{
    /// <summary>Labels are not looked at.</summary>
    Unused = 0,

    /// <summary>Labels are used when they are given.</summary>
    Optional = 1,

    /// <summary>Each row needs a label.</summary>
    Required = 2,
}
