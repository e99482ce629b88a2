namespace HashDb.Models.Kinds.Gph;

/// <summary>What a sparse Gaussian process does with variance that its inducing points do not explain.</summary>
public enum SparseApproximation
{
    /// <summary>Drops it (deterministic training conditional): better for few rows.</summary>
    Dtc = 0,

    /// <summary>Keeps it as noise of each row (fully independent training conditional), as published.</summary>
    Fitc = 1,
}
