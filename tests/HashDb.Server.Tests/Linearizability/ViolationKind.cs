namespace HashDb.Server.Tests.Linearizability;

/// <summary>In which way an answer is wrong.</summary>
internal enum ViolationKind
{
    /// <summary>A version that had been replaced or deleted before, or a count that belongs to an earlier moment.</summary>
    Stale,

    /// <summary>No record although there was one all the time.</summary>
    Missing,

    /// <summary>A version whose write had not begun.</summary>
    Future,

    /// <summary>Parts of several versions.</summary>
    Torn,

    /// <summary>The same id twice in one answer.</summary>
    Doubled,
}
