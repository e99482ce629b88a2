namespace HashDb.Models;

/// <summary>In which order a raw vector is centred and scaled before hashing.</summary>
public enum PreprocessingOrder
{
    /// <summary>The raw vector is hashed as it is.</summary>
    None = 0,

    /// <summary>Subtract the training mean.</summary>
    Center = 1,

    /// <summary>Scale to unit Euclidean length.</summary>
    Unit = 2,

    /// <summary>Subtract the mean, then scale to unit length (Ozdemir and Davis).</summary>
    CenterThenUnit = 3,

    /// <summary>Scale to unit length, then subtract the mean of the unit vectors (the GRH tutorial's order).</summary>
    UnitThenCenter = 4,
}
