namespace HashDb;

/// <summary>How a search goes about it.</summary>
public enum SearchPlan
{
    /// <summary>The vectors of the nearest buckets are compared.</summary>
    Buckets = 0,

    /// <summary>Distances are estimated from sketches, and the vectors compared that may be among the nearest.</summary>
    Sketches = 1,

    /// <summary>All vectors are compared.</summary>
    Exact = 2,
}
