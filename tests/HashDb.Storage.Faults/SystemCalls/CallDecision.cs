namespace HashDb.Storage.Faults.SystemCalls;

/// <summary>What becomes of a call.</summary>
/// <param name="Error">The error number that it ends with; 0 for none.</param>
internal readonly record struct CallDecision(int Error)
{
    /// <summary>The call is carried out.</summary>
    public static readonly CallDecision Run = new(0);

    /// <summary>Half of a write is carried out, as on a device that is nearly full; the process writes the rest by another call.</summary>
    public static readonly CallDecision Shorten = new(0) { IsShortened = true };

    /// <summary>The process is told that the call succeeded, and nothing happens: a device that lies.</summary>
    public static readonly CallDecision Pretend = new(0) { IsPretended = true };

    public bool IsShortened { get; private init; }

    public bool IsPretended { get; private init; }
}
