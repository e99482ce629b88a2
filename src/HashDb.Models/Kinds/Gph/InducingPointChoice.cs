namespace HashDb.Models.Kinds.Gph;

/// <summary>Where the inducing points of a sparse Gaussian process lie.</summary>
public enum InducingPointChoice
{
    /// <summary><see cref="ClassKMeans"/> for classes, <see cref="KMeans"/> for label sets.</summary>
    Auto = 0,

    /// <summary>Random training rows, as published.</summary>
    Random = 1,

    /// <summary>Centres of k-means over all rows.</summary>
    KMeans = 2,

    /// <summary>Centres of k-means within each class, as many for each; for single-label data only.</summary>
    ClassKMeans = 3,
}
