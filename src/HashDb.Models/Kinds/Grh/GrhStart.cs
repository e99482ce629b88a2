namespace HashDb.Models.Kinds.Grh;

/// <summary>Where graph regularised hashing starts.</summary>
public enum GrhStart
{
    /// <summary>Random hyperplanes, as published.</summary>
    Lsh = 0,

    /// <summary>Principal directions; at most as many bits as dimensions.</summary>
    Pca = 1,

    /// <summary>CCA-ITQ hyperplanes: the strongest; needs labels.</summary>
    CcaItq = 2,
}
