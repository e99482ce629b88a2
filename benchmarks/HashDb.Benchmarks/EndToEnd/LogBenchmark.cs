// Our log against FasterLog: the same batches of bytes, each made durable before the next.
using System.Diagnostics;
using FASTER.core;
using HashDb.Serialization;
using HashDb.Storage.Log;

namespace HashDb.Benchmarks;

internal static class LogBenchmark
{
    private const int Commits = 400;

    public static void Run(string directory, Report report)
    {
        foreach (int bytes in new[] { 4 * 1024, 512 * 1024 })
        {
            report.Section($"Log commits one after another, {bytes / 1024} KiB each");
            byte[] payload = new byte[bytes];
            new Random(1).NextBytes(payload);
            report.Line("HashDb log: append, flush", Ours(Path.Combine(directory, $"log-{bytes}"), payload), "us/commit");
            report.Line("FasterLog: enqueue, commit, wait", Faster(Path.Combine(directory, $"faster-{bytes}"), payload), "us/commit");
        }
    }

    private static double Ours(string directory, byte[] payload)
    {
        Directory.CreateDirectory(directory);
        var id = Guid.NewGuid();
        WriteAheadLog.CreateSegment(directory, id, 1, 1);
        using var log = new WriteAheadLog(directory, id, null);
        log.Continue(new LogEnd(1, 64, 64, 1));
        byte[] header = new byte[LogFormat.FrameHeaderLength];
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; i < Commits; i++)
        {
            LogFormat.WriteFrameHeader(header, payload.Length, HashDb.Serialization.Checksum.Compute(payload), i + 1, 1);
            log.Append([header, payload], 1);
            log.Flush();
        }
        return Stopwatch.GetElapsedTime(started).TotalMicroseconds / Commits;
    }

    private static double Faster(string directory, byte[] payload)
    {
        Directory.CreateDirectory(directory);
        using var device = new ManagedLocalStorageDevice(Path.Combine(directory, "hlog.log"));
        using var log = new FasterLog(new FasterLogSettings(directory)
        {
            LogDevice = device,
            PageSizeBits = 22,
            MemorySizeBits = 26,
            LogChecksum = LogChecksumType.PerEntry
        });
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; i < Commits; i++)
        {
            log.Enqueue(payload);
            log.Commit(true);
        }
        return Stopwatch.GetElapsedTime(started).TotalMicroseconds / Commits;
    }
}
