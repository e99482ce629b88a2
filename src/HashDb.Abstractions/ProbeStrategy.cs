namespace HashDb;

/// <summary>How the occupied buckets near a hashcode are found.</summary>
public enum ProbeStrategy
{
    /// <summary>Whichever costs less for this query.</summary>
    Automatic = 0,

    /// <summary>Try every hashcode of the Hamming ball.</summary>
    Enumerate = 1,

    /// <summary>Compare with every occupied hashcode.</summary>
    Scan = 2,
}
