using System.Collections.Concurrent;
using System.Numerics;
using HashDb.Models;
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Generations;

/// <summary>
/// Readers and writers run while the collection moves from model to model. Every answer is compared with what brute force finds
/// under the model of the generation that the answer names: exactly for items that nobody changes; for the others, with the
/// versions that may have been visible while the query ran.
/// </summary>
public sealed class LiveGenerationTests(ITestOutputHelper output)
{
    private const int Dimensions = 12;
    private const int StableItems = 400;
    private const int ChangingItems = 60;
    private const ulong FirstChanging = 10_000;
    private const int Moves = 10;
    private const int AnswersPerGeneration = 5;

    private readonly ConcurrentDictionary<long, IHashModel> _models = new();
    private readonly ConcurrentDictionary<long, byte[][]> _stableCodes = new();
    private readonly ConcurrentDictionary<long, int> _answers = new();
    private readonly float[][] _stable = [.. Samples.Records(1, 0, StableItems, Dimensions).Select(record => record.Vector.ToArray())];

    /// <summary>For each changing item the version that was acknowledged last, and the one that was issued last.</summary>
    private readonly int[] _acknowledged = new int[ChangingItems];
    private readonly int[] _issued = new int[ChangingItems];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Every_answer_is_that_of_the_generation_it_names(int seed)
    {
        using var directory = new TemporaryDirectory();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"), new DatabaseOptions { WriteQueueLength = 8 });
        _models[1] = Samples.Model(Dimensions, 16, 2);
        Collection collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(_models[1]));
        await collection.InsertAsync([.. _stable.Select((vector, i) => new VectorRecord { Id = new VectorId((ulong)i), Vector = vector })]);
        await collection.InsertAsync([.. Enumerable.Range(0, ChangingItems).Select(item => Changing(item, 0))]);
        using var stop = new CancellationTokenSource();
        Task[] readers = [.. Enumerable.Range(0, 2).Select(reader => Task.Run(() =>
        {
            var random = new Random(seed * 10 + reader);
            while (!stop.IsCancellationRequested)
            {
                long generation = CheckOne(collection, random);
                _answers.AddOrUpdate(generation, 1, (_, count) => count + 1);
            }
        }))];
        Task[] writers = [.. Enumerable.Range(0, 3).Select(writer => Task.Run(() => WriteAsync(collection, writer, stop.Token)))];
        await MoveAsync(collection, new Random(seed), readers);
        await stop.CancelAsync();
        await Task.WhenAll([.. readers, .. writers]);
        output.WriteLine($"{_answers.Values.Sum()} answers under {_answers.Count} generations, {_acknowledged.Sum()} updates");
        _answers.Count.ShouldBe(Moves + 1);
        for (int item = 0; item < ChangingItems; item++)
            collection.Get(new VectorId(FirstChanging + (ulong)item))!.Vector.ToArray()
                .ShouldBe(Changing(item, _acknowledged[item]).Vector.ToArray());
    }

    /// <summary>Re-index, compaction and rollback in turn. The next generation's number is known, because one is made at a time.</summary>
    private async Task MoveAsync(Collection collection, Random random, Task[] readers)
    {
        IHashModel live = _models[1];
        IHashModel? kept = null;
        for (int move = 0; move <= Moves; move++)
        {
            // Each generation answers some queries before the next one takes its place.
            while (_answers.GetValueOrDefault(move + 1) < AnswersPerGeneration && !readers.Any(reader => reader.IsFaulted))
                await Task.Delay(1);
            if (move == Moves)
                return;
            long next = collection.GetStatistics().Generation + 1;
            switch (move % 4)
            {
                case 2:
                    _models[next] = live;
                    await collection.Maintenance.CompactAsync();
                    break;
                case 3:
                    _models[next] = live = kept!;
                    (await collection.Maintenance.RollbackAsync()).Generation.ShouldBe(next);
                    break;
                default:
                    kept = live;
                    _models[next] = live = Samples.Model(Dimensions, random.Next(8, 129), random.Next(1, 4), (ulong)move);
                    (await collection.Maintenance.ReindexAsync(
                        live, new GenerationOptions { BusyShare = 0.5, Cores = 2 })).Generation.ShouldBe(next);
                    break;
            }
        }
    }

    /// <summary>Each writer changes items of its own, so that versions are issued and acknowledged in order.</summary>
    private async Task WriteAsync(Collection collection, int writer, CancellationToken cancellationToken)
    {
        for (int round = 0; !cancellationToken.IsCancellationRequested; round++)
        {
            int item = (writer + 3 * round) % ChangingItems;
            int version = Volatile.Read(ref _issued[item]) + 1;
            Volatile.Write(ref _issued[item], version);
            (await collection.UpsertAsync([Changing(item, version)], cancellationToken: CancellationToken.None)).ShouldBe(1);
            Volatile.Write(ref _acknowledged[item], version);
        }
    }

    /// <summary>Makes one query and returns the generation that answered.</summary>
    private long CheckOne(Collection collection, Random random)
    {
        float[] query = random.Next(2) == 0 ? _stable[random.Next(StableItems)] : Samples.Vector(random, Dimensions);
        int radius = random.Next(0, 20);
        int[] before = [.. Enumerable.Range(0, ChangingItems).Select(item => Volatile.Read(ref _acknowledged[item]))];
        List<(ulong Id, int? Distance)> hits;
        SearchStatistics statistics;
        if (random.Next(2) == 0)
        {
            ProbeResult probe = collection.Probe(
                query, new ProbeOptions { Radius = radius, Strategy = random.Next(2) == 0 ? ProbeStrategy.Scan : ProbeStrategy.Automatic });
            hits = [.. probe.Hits.Select(hit => (hit.Id.Value, (int?)hit.Distance))];
            statistics = probe.Statistics;
        }
        else
        {
            SearchResult search = collection.Search(query, new SearchOptions { Radius = radius, Top = StableItems + ChangingItems });
            hits = [.. search.Hits.Select(hit => (hit.Id.Value, (int?)null))];
            statistics = search.Statistics;
        }
        int[] after = [.. Enumerable.Range(0, ChangingItems).Select(item => Volatile.Read(ref _issued[item]))];
        IHashModel model = _models[statistics.Generation];
        byte[] code = Encode(model, query);
        string context = $"generation {statistics.Generation}, {model.BitCount} bits, {model.TableCount} tables, radius {radius}";

        Dictionary<ulong, int?> found = hits.ToDictionary(hit => hit.Id, hit => hit.Distance);
        byte[][] stableCodes = _stableCodes.GetOrAdd(statistics.Generation, _ => [.. _stable.Select(vector => Encode(model, vector))]);
        for (int i = 0; i < StableItems; i++)
        {
            int distance = Distance(model, code, stableCodes[i]);
            found.Remove((ulong)i, out int? reported).ShouldBe(distance <= radius, $"{context}: item {i} at {distance}");
            (reported ?? distance).ShouldBe(distance, context);
        }
        for (int item = 0; item < ChangingItems; item++)
        {
            int[] distances =
            [
                .. Enumerable.Range(before[item], after[item] - before[item] + 1)
                    .Select(version => Distance(model, code, Encode(model, Changing(item, version).Vector.Span)))
            ];
            bool isFound = found.Remove(FirstChanging + (ulong)item, out int? reported);
            distances.ShouldContain(
                distance => distance <= radius == isFound && (reported == null || reported == distance),
                $"{context}: changing item {item}, versions {before[item]} to {after[item]}");
        }
        found.ShouldBeEmpty(context);
        return statistics.Generation;
    }

    private static VectorRecord Changing(int item, int version) =>
        new()
        {
            Id = new VectorId(FirstChanging + (ulong)item),
            Vector = Samples.Vector(new Random(item * 100_003 + version), Dimensions),
        };

    private static byte[] Encode(IHashModel model, ReadOnlySpan<float> vector)
    {
        byte[] code = new byte[model.GetHashcodeByteCount()];
        model.Encode(vector, 1, code);
        return code;
    }

    private static int Distance(IHashModel model, byte[] left, byte[] right)
    {
        int bytes = left.Length / model.TableCount;
        int nearest = int.MaxValue;
        for (int table = 0; table < model.TableCount; table++)
        {
            int distance = 0;
            for (int i = table * bytes; i < (table + 1) * bytes; i++)
                distance += BitOperations.PopCount((uint)(left[i] ^ right[i]));
            nearest = Math.Min(nearest, distance);
        }
        return nearest;
    }
}
