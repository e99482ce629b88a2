// How often figures may be asked for; the same rule for every implementation of the contract.
namespace HashDb.Checks;

/// <summary>How often figures may be asked for.</summary>
public static class StatisticsInterval
{
    /// <summary>Checks an interval and gives it in whole milliseconds, as it is sent.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is outside its range.</exception>
    public static int Check(TimeSpan interval)
    {
        const int min = StorageLimits.MinStatisticsIntervalMilliseconds;
        const int max = StorageLimits.MaxStatisticsIntervalMilliseconds;
        if (interval < TimeSpan.FromMilliseconds(min) || interval > TimeSpan.FromMilliseconds(max))
            throw new ArgumentOutOfRangeException(
                nameof(interval), interval, $"The interval is {interval.TotalMilliseconds} ms; it must be {min} to {max} ms.");
        return (int)interval.TotalMilliseconds;
    }
}
