using System.Diagnostics;
using System.Globalization;

namespace HashDb.Benchmarks;

/// <summary>
/// What a load achieved: calls a second, how long each took, and the processor time of one call in all processes that took part.
/// </summary>
internal sealed record LoadFigures(double CallsPerSecond, double P50, double P99, double P999, double ProcessorMicroseconds)
{
    /// <summary>Runs a call again and again, by a number of workers at a time.</summary>
    /// <param name="workers">Calls at a time.</param>
    /// <param name="duration">How long, after a fifth of it to warm up.</param>
    /// <param name="server">Another process that takes part; null when there is none.</param>
    /// <param name="call">Given the worker and the number of its call.</param>
    public static async Task<LoadFigures> MeasureAsync(int workers, TimeSpan duration, Process? server, Func<int, int, Task> call)
    {
        long start = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * 0.2 * Stopwatch.Frequency);
        long end = start + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var times = new List<long>[workers];
        Task<TimeSpan> processorTime = MeasureProcessor(server, start, end);
        Task all = Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(async () =>
        {
            List<long> own = times[worker] = new List<long>(1 << 12);
            for (int i = 0; ; i++)
            {
                long began = Stopwatch.GetTimestamp();
                if (began >= end)
                    return;
                await call(worker, i);
                long ended = Stopwatch.GetTimestamp();
                if (ended >= start && ended <= end)
                    own.Add(ended - began);
            }
        })));
        TimeSpan processor = await processorTime;
        await all;
        long[] sorted = [.. times.SelectMany(own => own).Order()];
        return new LoadFigures(
            sorted.Length / duration.TotalSeconds, Percentile(sorted, 0.5), Percentile(sorted, 0.99), Percentile(sorted, 0.999),
            processor.TotalMicroseconds / sorted.Length);
    }

    public string Describe(LoadFigures reference) => string.Create(
        CultureInfo.InvariantCulture,
        $"{CallsPerSecond,8:N0}/s x {CallsPerSecond / reference.CallsPerSecond,4:0.00}  processor {ProcessorMicroseconds,6:N0} "
        + $"us x {reference.ProcessorMicroseconds / ProcessorMicroseconds,4:0.00}  p50 {P50,8:N0}  p99 {P99,8:N0}  p999 {P999,8:N0} us");

    // On a thread of its own: the pool is busy with the calls.
    private static Task<TimeSpan> MeasureProcessor(Process? server, long start, long end) => Task.Factory.StartNew(
        () =>
        {
            Thread.Sleep(Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), start));
            TimeSpan before = ProcessorTime(server);
            Thread.Sleep(Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), end));
            return ProcessorTime(server) - before;
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    private static TimeSpan ProcessorTime(Process? server)
    {
        server?.Refresh();
        using Process own = Process.GetCurrentProcess();
        return own.TotalProcessorTime + (server?.TotalProcessorTime ?? TimeSpan.Zero);
    }

    private static double Percentile(long[] sorted, double share) =>
        sorted.Length == 0 ? double.NaN : sorted[(int)(share * (sorted.Length - 1))] * 1e6 / Stopwatch.Frequency;
}
