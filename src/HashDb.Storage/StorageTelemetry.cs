// What the engine measures of itself. A measurement is made once for each group of writes or change of generation, never
// for each record; without a listener it costs a few nanoseconds.
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace HashDb.Storage;

/// <summary>Names under which the engine reports what it does, for those who subscribe to it.</summary>
public static class StorageTelemetry
{
    /// <summary>Name of the <see cref="Meter"/>.</summary>
    public const string MeterName = "HashDb.Storage";

    /// <summary>
    /// Histogram in seconds: time to append a group of writes to the log and, with <see cref="DurabilityMode.Always"/>, to flush
    /// it, by <c>db.collection.name</c>.
    /// </summary>
    public const string LogCommitDurationName = "hashdb.storage.log.commit.duration";

    /// <summary>
    /// Histogram in seconds: time from the start of a change of generation to its end, of those that succeeded, by
    /// <c>db.collection.name</c> and <c>hashdb.generation.kind</c> (reindex, rollback, compaction).
    /// </summary>
    public const string GenerationDurationName = "hashdb.storage.generation.duration";

    /// <summary>Histogram in seconds: for how long writes waited at the switch, by the same.</summary>
    public const string GenerationPauseDurationName = "hashdb.storage.generation.pause.duration";

    /// <summary>Counter: messages that a logger could not write; see <see cref="GuardedLoggerFactory"/>.</summary>
    public const string LogMessagesDroppedName = "hashdb.log.messages.dropped";

    private static readonly Meter Meter = new(MeterName);

    private static readonly Histogram<double> LogCommitDuration = Meter.CreateHistogram(
        LogCommitDurationName,
        "s",
        "Time to append a group of writes to the log and to flush it, by collection.",
        tags: null,
        new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries =
        [
            0.000_1, 0.000_2, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5
        ]
        });

    private static readonly Histogram<double> GenerationDuration = Meter.CreateHistogram(
        GenerationDurationName,
        "s",
        "Time of a change of generation, by collection and kind.",
        tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 0.5, 1, 5, 10, 30, 60, 300, 600, 1_800, 3_600, 14_400] });

    private static readonly Histogram<double> GenerationPauseDuration = Meter.CreateHistogram(
        GenerationPauseDurationName,
        "s",
        "Time for which writes waited while generations were switched, by collection and kind.",
        tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5] });

    private static readonly Counter<long> LogMessagesDropped = Meter.CreateCounter<long>(
        LogMessagesDroppedName, "{message}", "Messages that could not be written to the log and were dropped.");

    internal static void LogMessageDropped() => LogMessagesDropped.Add(1);

    internal static void GenerationSwitched(string collection, string kind, GenerationReport report)
    {
        if (!GenerationDuration.Enabled && !GenerationPauseDuration.Enabled)
            return;
        var tags = new TagList { { "db.collection.name", collection }, { "hashdb.generation.kind", kind } };
        GenerationDuration.Record(report.Elapsed.TotalSeconds, tags);
        GenerationPauseDuration.Record(report.WritePause.TotalSeconds, tags);
    }

    internal static void LogCommitted(string collection, long started)
    {
        if (LogCommitDuration.Enabled)
            LogCommitDuration.Record(
                Stopwatch.GetElapsedTime(started).TotalSeconds, new KeyValuePair<string, object?>("db.collection.name", collection));
    }
}
