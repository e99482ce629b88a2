using System.Diagnostics;

namespace HashDb.Client.Internal.Remote;

/// <summary>What the retry policy must know of a call: whether it may be tried again, and since when it fails.</summary>
internal sealed class RetryState
{
    private long _failingSince;

    /// <summary>False from the moment when sending the call again could do it twice.</summary>
    public bool MayRetry { get; set; } = true;

    /// <summary>How often the call was sent.</summary>
    public int SentCount { get; set; }

    /// <summary>Time since the first failure without a success after it.</summary>
    public TimeSpan FailingFor
    {
        get
        {
            if (_failingSince == 0)
                _failingSince = Stopwatch.GetTimestamp();
            return Stopwatch.GetElapsedTime(_failingSince);
        }
    }

    /// <summary>Something succeeded: the time for retries begins anew with the next failure.</summary>
    public void Succeeded() => _failingSince = 0;
}
