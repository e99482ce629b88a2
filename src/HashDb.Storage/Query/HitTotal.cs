using HashDb.Checks;

namespace HashDb.Storage.Query;

/// <summary>The hits of one call over all of its parts, so that it is stopped before they take too much memory. For any thread.</summary>
internal sealed class HitTotal
{
    private long _count;

    /// <summary>Counts hits that memory is about to be taken for.</summary>
    /// <exception cref="HashDbException"><see cref="HashDbErrorCode.LimitExceeded"/>: there are too many.</exception>
    public void Add(int count)
    {
        if (Interlocked.Add(ref _count, count) > StorageLimits.MaxProbeHits)
            throw HashcodeChecks.TooManyHits();
    }

    /// <summary>Takes off what was counted and is not there.</summary>
    public void Remove(int count)
    {
        if (count != 0)
            Interlocked.Add(ref _count, -count);
    }
}
