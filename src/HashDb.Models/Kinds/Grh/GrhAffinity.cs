namespace HashDb.Models.Kinds.Grh;

/// <summary>Which training rows are neighbours.</summary>
public enum GrhAffinity
{
    /// <summary>Labels when they are given, nearest neighbours otherwise.</summary>
    Auto = 0,

    /// <summary>Rows of one class, or rows that share a label.</summary>
    Labels = 1,

    /// <summary>Each row's nearest rows by Euclidean distance; labels are not used.</summary>
    Neighbours = 2,
}
