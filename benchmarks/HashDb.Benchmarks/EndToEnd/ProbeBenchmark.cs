// One million items of 32 bits: probes by radius over FASTER alone, with the occupancy filter, by scan, and over a dictionary;
// the time to open; memory; and posting tables built from stored hashcodes against FASTER's own checkpoint and recovery.
using System.Diagnostics;
using System.Runtime.InteropServices;
using HashDb.Models;
using HashDb.Models.Kinds.Lsh;
using HashDb.Storage;
using HashDb.Storage.Index;
using HashDb.Storage.Query;
using HashDb.Storage.Records;

namespace HashDb.Benchmarks;

internal static class ProbeBenchmark
{
    private const int Dimensions = 64;
    private const int Rows = 1_000_000;
    private const int BitCount = 32;
    private const int Queries = 50;

    public static async Task RunAsync(string directory, Report report)
    {
        string path = Path.Combine(directory, "probe");
        string killed = Path.Combine(directory, "probe-killed");
        var data = new BenchmarkData(Dimensions, 20_000, 0.35f);
        IHashModel model = LshTrainer.Train(new LshOptions { BitCount = BitCount, Preprocessing = PreprocessingOrder.Unit }, Dimensions);
        var options = new DatabaseOptions { Durability = DurabilityMode.None, CheckpointLogBytes = 1L << 40 };
        await ImportAsync(path, killed, model, data, options);
        await OpenTimesAsync(path, killed, options, report);
        await using (HashDatabase database = await HashDatabase.OpenAsync(path, options))
            Probes(database.GetCollection("c"), data, report);
        Postings(path, report);
    }

    private static async Task ImportAsync(string path, string killed, IHashModel model, BenchmarkData data, DatabaseOptions options)
    {
        await using HashDatabase database = await HashDatabase.OpenAsync(path, options);
        var collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(model));
        for (int first = 0; first < Rows; first += 16_000)
            await collection.InsertAsync(data.Records(first, Math.Min(16_000, Rows - first)));
        // What a killed process leaves: no checkpoint, all of it in the log.
        Copy(path, killed);
    }

    private static async Task OpenTimesAsync(string path, string killed, DatabaseOptions options, Report report)
    {
        report.Section($"Opening {Rows:N0} rows of {Dimensions} dimensions, {BitCount} bits");
        await MemoryAsync(path, options, report);
        byte[] buffer = new byte[1 << 20];
        double read = Report.Median(3, () =>
        {
            foreach (string file in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(
                file => !Path.GetFileName(file).StartsWith("vectors", StringComparison.Ordinal)))
            {
                using FileStream stream = File.OpenRead(file);
                while (stream.Read(buffer) > 0)
                {
                }
            }
        });
        report.Line("reading its files but the vectors (for comparison)", read / 1e6, "ms");
        for (int round = 0; round < 2; round++)
            await OpenAsync(path, options, report, "after a clean close", round);
        await OpenAsync(killed, options, report, "after a kill, everything to replay from the log", 1);
    }

    private static async Task MemoryAsync(string path, DatabaseOptions options, Report report)
    {
        long before = ManagedBytes();
        await using HashDatabase database = await HashDatabase.OpenAsync(path, options);
        long after = ManagedBytes();
        report.Note(
            $"managed memory {(after - before) / 1048576.0:N1} MiB a million rows; posting lists, index, directory, filter and id "
            + $"index {database.GetCollection("c").GetStatistics().PostingMemoryBytes / 1048576.0:N1} MiB, in part outside it");
    }

    private static long ManagedBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static async Task OpenAsync(string path, DatabaseOptions options, Report report, string what, int round)
    {
        long started = Stopwatch.GetTimestamp();
        await using HashDatabase database = await HashDatabase.OpenAsync(path, options);
        if (round > 0)
            report.Line(what, Stopwatch.GetElapsedTime(started).TotalMilliseconds, "ms");
    }

    private static void Probes(Collection collection, BenchmarkData data, Report report)
    {
        PostingTables postings = collection.Core.Live.State.Postings;
        var dictionary = new Dictionary<uint, List<int>>();
        byte[] codes = new byte[4];
        uint[] queryCodes = new uint[Queries];
        for (int row = 0; row < Rows + Queries; row++)
        {
            uint code;
            if (row < Rows)
            {
                code = MemoryMarshal.Read<uint>(collection.Core.Live.State.Codes.Row((uint)row));
                (CollectionsMarshal.GetValueRefOrAddDefault(dictionary, code, out _) ??= []).Add(row);
                continue;
            }
            collection.Model.Encode(data.Vector(row), 1, codes);
            queryCodes[row - Rows] = MemoryMarshal.Read<uint>(codes);
        }
        report.Note(
            $"{dictionary.Count:N0} distinct codes; probe cost {ProbeCosts.OfThisMachine.NanosecondsPerProbe:0.0} ns, comparison "
            + $"{ProbeCosts.OfThisMachine.NanosecondsPerComparison:0.00} ns");
        var buffer = new PostingBuffer();
        var hits = new List<BucketHit>();
        for (int radius = 0; radius <= 4; radius++)
        {
            report.Section($"Probing {radius} bits around a code, {Queries} queries, posting rows gathered");
            int r = radius;
            if (radius <= 3)
                report.Line(
                    "FASTER alone, every code of the ball",
                    PerQuery(queryCodes, code => ProbeAll(postings, code, r, hits, buffer)),
                    "us/query");
            report.Line(
                "occupancy filter, then FASTER", PerQuery(queryCodes, code => ProbeFiltered(postings, code, r, hits, buffer)), "us/query");
            report.Line(
                "scan of the distinct codes, then FASTER",
                PerQuery(queryCodes, code => ProbeScan(postings, code, r, hits, buffer)),
                "us/query");
            if (radius <= 3)
                report.Line(
                    "Dictionary<uint, List<int>>, every code of the ball",
                    PerQuery(queryCodes, code => ProbeDictionary(dictionary, code, r, buffer)),
                    "us/query");
        }
    }

    private static double PerQuery(uint[] codes, Action<uint> probe) => Report.Median(3, () =>
    {
        foreach (uint code in codes)
            probe(code);
    }) / codes.Length / 1_000;

    private static void ProbeAll(PostingTables postings, uint code, int radius, List<BucketHit> hits, PostingBuffer buffer)
    {
        hits.Clear();
        for (int ring = 0; ring <= radius; ring++)
        {
            foreach (ulong mask in HammingBall.Ring(BitCount, ring))
                hits.Add(new BucketHit(code ^ mask, 0, (ushort)ring));
        }
        Read(postings, hits, buffer);
    }

    private static void ProbeFiltered(PostingTables postings, uint code, int radius, List<BucketHit> hits, PostingBuffer buffer)
    {
        hits.Clear();
        for (int ring = 0; ring <= radius; ring++)
            BucketFinder.Enumerate(postings.Filter(0), BitCount, code, ring, 0, (ushort)ring, hits);
        Read(postings, hits, buffer);
    }

    private static void ProbeScan(PostingTables postings, uint code, int radius, List<BucketHit> hits, PostingBuffer buffer)
    {
        hits.Clear();
        BucketFinder.Scan(postings.Directory(0), code, 0, radius, 0, hits);
        Read(postings, hits, buffer);
    }

    private static void ProbeDictionary(Dictionary<uint, List<int>> dictionary, uint code, int radius, PostingBuffer buffer)
    {
        buffer.Clear();
        for (int ring = 0; ring <= radius; ring++)
        {
            foreach (ulong mask in HammingBall.Ring(BitCount, ring))
            {
                if (dictionary.TryGetValue(code ^ (uint)mask, out List<int>? rows))
                    buffer.Add(MemoryMarshal.Cast<int, uint>(CollectionsMarshal.AsSpan(rows)), (ushort)ring);
            }
        }
    }

    private static void Read(PostingTables postings, List<BucketHit> hits, PostingBuffer buffer)
    {
        buffer.Clear();
        postings.Read(CollectionsMarshal.AsSpan(hits), buffer);
    }

    private static void Postings(string path, Report report)
    {
        report.Section($"Posting tables of {Rows:N0} rows at open");
        string collection = Path.Combine(path, "collections", "c");
        FasterRecovery.Compare(collection, Path.Combine(path, "faster"), Rows, BitCount, report);
    }

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (Path.GetFileName(file) is not "LOCK" && !Path.GetFileName(file).StartsWith("postings", StringComparison.Ordinal))
                File.Copy(file, target);
        }
    }
}
