// The timestamp extension (type -1): seconds since 1970 and nanoseconds, packed in 4, 8 or 12 bytes.
namespace HashDb.MessagePack;

internal static class Timestamp
{
    /// <summary>Seconds that fit the 8-byte form, beside 30 bits of nanoseconds.</summary>
    public const int SecondsBits = 34;

    private const uint NanosecondsPerSecond = 1_000_000_000;
    private const int NanosecondsPerTick = 100;

    public static (long Seconds, uint Nanoseconds) FromDateTime(DateTime utc)
    {
        long ticks = utc.Ticks - DateTime.UnixEpoch.Ticks;
        long seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out long rest);
        if (rest < 0)
        {
            seconds--;
            rest += TimeSpan.TicksPerSecond;
        }

        return (seconds, (uint)rest * NanosecondsPerTick);
    }

    public static ulong Pack(long seconds, uint nanoseconds) => ((ulong)nanoseconds << SecondsBits) | (ulong)seconds;

    public static (long Seconds, uint Nanoseconds) Unpack(ulong packed) =>
        ((long)(packed & ((1UL << SecondsBits) - 1)), (uint)(packed >> SecondsBits));

    public static bool TryToDateTime(long seconds, uint nanoseconds, out DateTime value)
    {
        long min = -(DateTime.UnixEpoch.Ticks / TimeSpan.TicksPerSecond);
        long max = (DateTime.MaxValue.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond;
        value = default;
        if (nanoseconds >= NanosecondsPerSecond || seconds < min || seconds > max)
            return false;
        value = DateTime.UnixEpoch.AddTicks((seconds * TimeSpan.TicksPerSecond) + (nanoseconds / NanosecondsPerTick));
        return true;
    }
}
