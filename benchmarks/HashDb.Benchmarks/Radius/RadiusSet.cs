using System.Diagnostics;
using System.Runtime.InteropServices;
using HashDb.Models;
using HashDb.Models.Kinds.Lsh;
using HashDb.Storage;

namespace HashDb.Benchmarks;

/// <summary>A collection of hashcodes of one length, and hashcodes near stored ones to probe for.</summary>
internal sealed class RadiusSet : IAsyncDisposable
{
    public const int Batch = 10_000;

    private const int ClusteredDimensions = 64;
    private const int Clusters = 20_000;
    private const float ClusterSpread = 0.35f;
    private const float FarFromCentre = 100f;
    private const int InsertedAtOnce = 10_000;

    private readonly HashDatabase _database;
    private readonly int _codeBytes;

    private RadiusSet(HashDatabase database, Collection collection, byte[] codes, int bits)
    {
        (_database, Collection, Codes, Bits) = (database, collection, codes, bits);
        _codeBytes = HashcodeMath.ByteCount(bits);
    }

    public Collection Collection { get; }

    /// <summary>The hashcodes of all rows; a row's number is its id.</summary>
    public byte[] Codes { get; }

    public int Bits { get; }

    public int Rows => Codes.Length / _codeBytes;

    /// <summary>Makes the collection.</summary>
    /// <param name="folder">For the database.</param>
    /// <param name="bits">Bits of a hashcode.</param>
    /// <param name="isClustered">Codes of vectors around 20,000 centres, else of vectors without any structure.</param>
    /// <param name="rows">Number of vectors.</param>
    public static async Task<RadiusSet> CreateAsync(string folder, int bits, bool isClustered, int rows)
    {
        BenchmarkData data = isClustered
            ? new BenchmarkData(ClusteredDimensions, Clusters, ClusterSpread)
            : new BenchmarkData(bits, 1, FarFromCentre);
        LshModel model = LshTrainer.Train(
            new LshOptions { BitCount = bits, Orthogonalize = !isClustered, Preprocessing = PreprocessingOrder.Unit }, data.Dimensions);
        HashDatabase database = await HashDatabase.OpenAsync(
            folder, new DatabaseOptions { Durability = DurabilityMode.None, CheckpointLogBytes = 1L << 40 });
        var collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(model));
        byte[] codes = new byte[rows * HashcodeMath.ByteCount(bits)];
        for (int first = 0; first < rows; first += InsertedAtOnce)
        {
            int count = Math.Min(InsertedAtOnce, rows - first);
            VectorRecord[] records = data.Records(first, count);
            await collection.InsertAsync(records);
            float[] vectors = [.. records.SelectMany(record => record.Vector.ToArray())];
            model.Encode(vectors, count, codes.AsSpan(first * model.GetHashcodeByteCount(), count * model.GetHashcodeByteCount()));
        }
        return new RadiusSet(database, collection, codes, bits);
    }

    /// <summary>10,000 stored hashcodes, of each of which none to so many bits are flipped.</summary>
    public byte[] Queries(int radius)
    {
        var random = new Random(radius);
        byte[] queries = new byte[Batch * _codeBytes];
        for (int i = 0; i < Batch; i++)
        {
            Span<byte> query = queries.AsSpan(i * _codeBytes, _codeBytes);
            Codes.AsSpan(random.Next(Rows) * _codeBytes, _codeBytes).CopyTo(query);
            for (int flips = random.Next(radius + 1); flips > 0; flips--)
            {
                int bit = random.Next(Bits);
                query[bit >> 3] ^= (byte)(1 << (bit & 7));
            }
        }
        return queries;
    }

    /// <summary>Probes in batches for so long.</summary>
    /// <returns>Batches, the seconds that they took, and the last answer.</returns>
    public async Task<(int Batches, double Seconds, HashcodeProbeResult Last)> MeasureAsync(byte[] queries, int radius, double seconds)
    {
        var options = new ProbeOptions { Radius = radius };
        long started = Stopwatch.GetTimestamp();
        for (int batches = 1; ; batches++)
        {
            HashcodeProbeResult result = await Collection.ProbeHashcodesAsync(queries, queries.Length / _codeBytes, options);
            double elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
            if (elapsed >= seconds)
                return (batches, elapsed, result);
        }
    }

    /// <summary>True when the answers to some of the queries are what comparing all codes gives.</summary>
    public bool IsRight(HashcodeProbeResult result, byte[] queries, int radius, int count)
    {
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> query = queries.AsSpan(i * _codeBytes, _codeBytes);
            var expected = new List<(int Distance, ulong Id)>();
            for (int row = 0; row < Rows; row++)
            {
                int distance = HashcodeMath.HammingDistance(query, Codes.AsSpan(row * _codeBytes, _codeBytes));
                if (distance <= radius)
                    expected.Add((distance, (ulong)row));
            }
            expected.Sort();
            int from = result.Offsets.Span[i], to = result.Offsets.Span[i + 1];
            if (!MemoryMarshal.Cast<VectorId, ulong>(result.Ids.Span[from..to]).SequenceEqual([.. expected.Select(hit => hit.Id)])
                || !result.Distances.Span[from..to].SequenceEqual([.. expected.Select(hit => hit.Distance)]))
                return false;
        }
        return true;
    }

    public async ValueTask DisposeAsync() => await _database.DisposeAsync();
}
