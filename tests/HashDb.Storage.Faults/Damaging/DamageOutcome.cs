namespace HashDb.Storage.Faults.Damaging;

/// <summary>What the engine made of a damage, and what repair made of it.</summary>
internal enum OpenOutcome
{
    /// <summary>Every answer was right.</summary>
    Right,

    /// <summary>The database was not opened: a typed error named the file.</summary>
    RefusedAtOpen,

    /// <summary>It was opened, every answer was right or refused by a typed error that named the file.</summary>
    RefusedOnTouch,
}

/// <summary>How a repair ended.</summary>
internal enum RepairOutcome
{
    /// <summary>Not tried, because nothing was wrong and this case is not among the sampled ones.</summary>
    NotTried,

    /// <summary>Everything is served again.</summary>
    Whole,

    /// <summary>What was damaged is named and gone, everything else is served.</summary>
    WithLosses,

    /// <summary>A typed error said that it cannot be repaired.</summary>
    Impossible,
}

/// <summary>Both, for one case.</summary>
internal readonly record struct DamageOutcome(OpenOutcome Open, RepairOutcome Repair);
