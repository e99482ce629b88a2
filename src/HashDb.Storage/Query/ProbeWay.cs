namespace HashDb.Storage.Query;

/// <summary>How hashcodes within a radius are found. Programs choose among the first three; all find the same rows.</summary>
internal enum ProbeWay
{
    /// <summary>Whichever costs less.</summary>
    Automatic = ProbeStrategy.Automatic,

    /// <summary>Every code of the ball is looked up in the posting lists.</summary>
    Enumerate = ProbeStrategy.Enumerate,

    /// <summary>Every distinct code is compared, and its posting list read.</summary>
    Scan = ProbeStrategy.Scan,

    /// <summary>Substrings are looked up, in segments that are made if need be.</summary>
    LookUp = 3,

    /// <summary>The codes of all rows are compared, in segments that are made if need be.</summary>
    ScanRows = 4,
}
