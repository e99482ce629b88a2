// What it would cost to trust FASTER's checkpoints instead of building posting tables at every open: its checkpoint, a checksum
// over the checkpoint's files (they carry none), and its recovery.
using System.Diagnostics;
using System.Runtime.InteropServices;
using FASTER.core;
using HashDb.Serialization;
using HashDb.Storage.Checkpoints;
using HashDb.Storage.Files;
using HashDb.Storage.Index;
using HashDb.Storage.Records;

namespace HashDb.Benchmarks;

internal static class FasterRecovery
{
    public static void Compare(string collection, string scratch, long rows, int bitCount, Report report)
    {
        CollectionManifest manifest = ManifestFiles.Read(collection, out _);
        var shape = new PostingShape(bitCount, 1);
        string generation = Directory.GetDirectories(collection, "gen-*").Single();
        using var codes = new CodeStore(generation, manifest.CollectionId, manifest.Generation, shape.RowBytes);
        codes.Extents.Open(rows);
        Directory.CreateDirectory(scratch);

        double build = Report.Median(3, () =>
            PostingTables.Build(
                shape,
                codes,
                new DeadRows(),
                rows,
                Path.Combine(scratch, Guid.NewGuid().ToString("N")),
                256L << 20,
                null,
                CancellationToken.None).Dispose());
        report.Line("HashDb: built from the stored hashcodes", build / 1e6, "ms");

        var lists = new Dictionary<ulong, List<uint>>();
        for (uint row = 0; row < rows; row++)
            (CollectionsMarshal.GetValueRefOrAddDefault(lists, shape.Key(codes.Row(row), 0), out _) ??= []).Add(row);
        string faster = Path.Combine(scratch, "checkpointed");
        long started;
        using (var settings = Settings(faster))
        using (var store = new FasterKV<PostingKey, SpanByte>(settings))
        {
            Fill(store, lists);
            started = Stopwatch.GetTimestamp();
            store.TakeFullCheckpointAsync(CheckpointType.Snapshot).AsTask().GetAwaiter().GetResult();
            report.Line("FASTER: full checkpoint, as often as one is taken", Stopwatch.GetElapsedTime(started).TotalMilliseconds, "ms");
        }
        started = Stopwatch.GetTimestamp();
        long bytes = 0;
        foreach (string file in Directory.EnumerateFiles(faster, "*", SearchOption.AllDirectories))
        {
            byte[] content = File.ReadAllBytes(file);
            bytes += content.Length;
            _ = Checksum.Compute(content);
        }
        double checksum = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        started = Stopwatch.GetTimestamp();
        using (var settings = Settings(faster))
        using (var store = new FasterKV<PostingKey, SpanByte>(settings))
            store.Recover();
        report.Line("FASTER: checksum over its files, then recovery", checksum + Stopwatch.GetElapsedTime(started).TotalMilliseconds, "ms");
        report.Note(
            $"FASTER's checkpoint takes {bytes / 1048576.0:N1} MiB on disk; ours nothing beyond the hashcodes. The directory of "
            + "distinct codes would be extra.");
    }

    private static FasterKVSettings<PostingKey, SpanByte> Settings(string directory) => new(directory)
    {
        IndexSize = 32L << 20,
        MemorySize = 256L << 20,
        PageSize = 1L << 20,
        EqualityComparer = new PostingKey.Comparer(),
        ConcurrencyControlMode = ConcurrencyControlMode.None,
    };

    private static unsafe void Fill(FasterKV<PostingKey, SpanByte> store, Dictionary<ulong, List<uint>> lists)
    {
        using var session = store.For(
            new SpanByteFunctions<PostingKey,
            PostingAppendOutcome,
            Empty>()).NewSession<SpanByteFunctions<PostingKey, PostingAppendOutcome, Empty>>();
        foreach ((ulong code, List<uint> rows) in lists)
        {
            var key = new PostingKey(code, 0, 0);
            fixed (uint* pointer = CollectionsMarshal.AsSpan(rows))
            {
                var value = new SpanByte(Math.Min(rows.Count, PostingValue.MaxRows) * sizeof(uint), (nint)pointer);
                session.Upsert(ref key, ref value);
            }
        }
        session.CompletePending(wait: true);
    }
}
