namespace HashDb.Models.Kinds.Gph;

/// <summary>How the codes of the training rows are found.</summary>
public enum GphInference
{
    /// <summary><see cref="ClassCodes"/> for classes, <see cref="Full"/> for label sets.</summary>
    Auto = 0,

    /// <summary>Gibbs sampling of the codes alternates with expectation propagation of the functions, as published.</summary>
    Full = 1,

    /// <summary>
    /// One well separated code per class, then expectation propagation only: the same accuracy in a fifth of the time; for
    /// single-label data only.
    /// </summary>
    ClassCodes = 2,
}
