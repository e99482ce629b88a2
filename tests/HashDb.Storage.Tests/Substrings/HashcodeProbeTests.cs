using HashDb.Models;
using HashDb.Storage.Query;
using HashDb.Storage.Substrings;
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Substrings;

/// <summary>Probes for given hashcodes give what comparing all codes gives, whichever way they go.</summary>
public sealed class HashcodeProbeTests
{
    private const int Rows = 1_000;

    [Theory]
    [InlineData(8, 1)]
    [InlineData(12, 3)]
    [InlineData(16, 1)]
    [InlineData(24, 1)]
    [InlineData(31, 2)]
    [InlineData(32, 1)]
    [InlineData(33, 1)]
    [InlineData(48, 1)]
    [InlineData(63, 1)]
    [InlineData(64, 1)]
    [InlineData(64, 3)]
    [InlineData(65, 1)]
    [InlineData(100, 2)]
    [InlineData(127, 1)]
    [InlineData(128, 1)]
    [InlineData(129, 1)]
    [InlineData(255, 1)]
    [InlineData(256, 2)]
    [InlineData(257, 1)]
    [InlineData(511, 1)]
    [InlineData(512, 1)]
    public async Task Every_way_finds_the_same_at_every_length_and_radius(int bits, int tables)
    {
        foreach (bool isClustered in (bool[])[false, true])
        {
            using var directory = new TemporaryDirectory();
            int dimensions = isClustered ? 12 : 64;
            IHashModel model = Samples.Model(dimensions, bits, tables);
            var oracle = new HashcodeOracle(model);
            var random = new Random(bits + tables);
            await using HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"));
            var collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(model));
            VectorRecord[] records =
                [.. Enumerable.Range(0, Rows).Select(i => Record((ulong)(3 * i), isClustered ? i % 50 : i, i, dimensions))];
            await collection.InsertAsync(records);
            foreach (VectorRecord record in records)
                oracle.Set(record);

            foreach (int radius in (int[])[0, 1, 2, 3, bits / 16, bits / 8, bits / 4, bits / 2, bits, 512])
                oracle.ShouldAgree(
                    collection, oracle.Queries(random, 18), radius, $"{bits} bits, {(isClustered ? "clustered" : "uniform")}");
        }
    }

    [Theory]
    [InlineData(20, 2, 1)]
    [InlineData(32, 1, 2)]
    [InlineData(64, 1, 3)]
    [InlineData(150, 1, 4)]
    public async Task Writes_restarts_compaction_and_other_models_are_seen(int bits, int tables, int seed)
    {
        const int Dimensions = 24;
        using var directory = new TemporaryDirectory();
        IHashModel model = Samples.Model(Dimensions, bits, tables);
        var random = new Random(seed);
        var live = new Dictionary<ulong, VectorRecord>();
        HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"));
        var collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(model));
        for (int step = 0; step < 30; step++)
        {
            switch (random.Next(10))
            {
                case < 5:
                    await UpsertAsync(collection, live, random, random.Next(10) == 0 ? 1_500 : random.Next(1, 200), Dimensions);
                    break;
                case < 7:
                    VectorId[] gone = [.. live.Keys.Where(_ => random.Next(6) == 0).Select(id => new VectorId(id))];
                    await collection.DeleteAsync(gone);
                    foreach (VectorId id in gone)
                        live.Remove(id.Value);
                    break;
                case 7:
                    await collection.Maintenance.CompactAsync();
                    break;
                case 8:
                    model = Samples.Model(Dimensions, bits + random.Next(3), tables, seed: (ulong)step);
                    await collection.Maintenance.ReindexAsync(model);
                    break;
                default:
                    await database.DisposeAsync();
                    database = await HashDatabase.OpenAsync(directory.Of("db"));
                    collection = database.GetCollection("c");
                    break;
            }
            var oracle = new HashcodeOracle(model);
            foreach (VectorRecord record in live.Values)
                oracle.Set(record);
            foreach (int radius in (int[])[0, 1, 3, bits / 6])
                oracle.ShouldAgree(collection, oracle.Queries(random, 9), radius, $"seed {seed}, step {step}");
        }
        await database.DisposeAsync();
    }

    [Fact]
    public async Task A_filter_is_kept_whichever_way_is_taken()
    {
        const int Dimensions = 16;
        using var directory = new TemporaryDirectory();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"));
        IHashModel model = Samples.Model(Dimensions, 32, 2);
        var collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(model));
        var all = new HashcodeOracle(model);
        var matching = new HashcodeOracle(model);
        for (int i = 0; i < 1_200; i++)
        {
            var record = new VectorRecord
            {
                Id = new VectorId((ulong)i),
                Vector = Samples.Vector(new Random(i % 300), Dimensions),
                Fields = new RecordFields { ["n"] = i % 7 },
            };
            await collection.InsertAsync(record);
            all.Set(record);
            if (i % 7 < 3)
                matching.Set(record);
        }
        byte[] queries = all.Queries(new Random(5), 30);

        foreach (int radius in (int[])[0, 2, 5])
        {
            all.ShouldAgree(collection, queries, radius, "without a filter");
            matching.ShouldAgree(collection, queries, radius, "with a filter", Filter.Parse("n < 3"));
        }
    }

    [Fact]
    public async Task Probes_and_searches_with_a_vector_are_the_same_from_segments()
    {
        const int Dimensions = 16;
        using var directory = new TemporaryDirectory();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"));
        IHashModel model = Samples.Model(Dimensions, 100, 2);
        var collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(model));
        await collection.InsertAsync(Samples.Records(1, 0, 2_500, Dimensions));
        await collection.DeleteAsync([.. Enumerable.Range(0, 300).Select(i => new VectorId((ulong)(i * 5)))]);
        collection.Core.Live.State.Postings.Substrings.Extend(2_500, CancellationToken.None).Length.ShouldBe(2);
        // Rows that are in no segment.
        await collection.InsertAsync(Samples.Records(2, 10_000, 20, Dimensions));
        var random = new Random(9);
        for (int i = 0; i < 20; i++)
        {
            float[] query = Samples.Vector(random, Dimensions);
            foreach (int radius in (int[])[10, 25, 40])
            {
                ProbeResult segments = collection.Probe(query, new ProbeOptions { Radius = radius });
                ProbeResult lists = collection.Probe(query, new ProbeOptions { Radius = radius, Strategy = ProbeStrategy.Scan });
                segments.Hits.ShouldBe(lists.Hits);
                segments.Statistics.Probes.ShouldNotBe(lists.Statistics.Probes);
                SearchResult found = collection.Search(query, new SearchOptions { Top = 50, Radius = radius });
                found.Hits.ShouldBe(
                    collection.Search(query, new SearchOptions { Top = 50, Radius = radius, Strategy = ProbeStrategy.Scan }).Hits);
                found.Statistics.Candidates.ShouldBe(lists.Hits.Count);
            }
        }
    }

    [Fact]
    public async Task Segments_are_made_when_they_pay_and_stay_few()
    {
        const int Dimensions = 16;
        using var directory = new TemporaryDirectory();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"));
        IHashModel model = Samples.Model(Dimensions, 40);
        var collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(model));
        var oracle = new HashcodeOracle(model);
        SubstringIndex Index() => collection.Core.Live.State.Postings.Substrings;
        var random = new Random(3);
        int most = 0;
        for (int step = 0; step < 30; step++)
        {
            VectorRecord[] records = Samples.Records(step, (ulong)(step * 500), 500, Dimensions);
            await collection.InsertAsync(records);
            foreach (VectorRecord record in records)
                oracle.Set(record);
            if (step == 0)
                Index().Segments.IsEmpty.ShouldBeTrue();
            byte[] queries = oracle.Queries(random, 2_000);
            for (int again = 0; again < 3; again++)
                collection.ProbeHashcodes(queries, 2_000, new ProbeOptions { Radius = 2 }, null);
            most = Math.Max(most, Index().Segments.Length);
        }
        most.ShouldBeInRange(2, 8);
        Index().Segments.Span[^1].EndRow.ShouldBeGreaterThan(10_000u);
        collection.GetStatistics().PostingMemoryBytes.ShouldBeGreaterThan(Index().Bytes);
        Index().Bytes.ShouldBeGreaterThan(10_000 * (sizeof(ulong) + sizeof(uint)));
        oracle.ShouldAgree(collection, oracle.Queries(random, 20), 3, "after all");
    }

    [Fact]
    public async Task Segments_take_no_more_memory_than_they_may_and_answers_stay_right()
    {
        const int Dimensions = 16;
        using var directory = new TemporaryDirectory();
        var options = new DatabaseOptions { PostingMemoryBytes = DatabaseOptions.MinPostingMemoryBytes };
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"), options);
        IHashModel model = Samples.Model(Dimensions, 512);
        var collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(model));
        var oracle = new HashcodeOracle(model);
        SubstringIndex index = collection.Core.Live.State.Postings.Substrings;
        var random = new Random(3);
        var tables = new HashSet<int>();
        for (int step = 0; step < 10; step++)
        {
            VectorRecord[] records = Samples.Records(step, (ulong)(step * 8_000), 8_000, Dimensions);
            await collection.InsertAsync(records);
            foreach (VectorRecord record in records)
                oracle.Set(record);
            index.Extend((uint)(step + 1) * 8_000, CancellationToken.None);
            index.Bytes.ShouldBeLessThanOrEqualTo(options.PostingMemoryBytes);
            foreach (CodeSegment segment in index.Segments.Span)
                tables.Add(segment.Tables.Length);
            if (step is 0 or 4 or 9)
                oracle.ShouldAgree(collection, oracle.Queries(random, 4), 40, $"{step}");
        }
        // With all tables, with fewer, and, when 64 bytes a row are too much already, rows that are in no segment.
        tables.Count.ShouldBeGreaterThan(1);
        index.Segments.Span[^1].EndRow.ShouldBeLessThan(80_000u);
    }

    [Fact]
    public async Task Batches_beside_writes_find_every_item_that_stays_once()
    {
        const int Dimensions = 16;
        using var directory = new TemporaryDirectory();
        await using HashDatabase database =
            await HashDatabase.OpenAsync(directory.Of("db"), new DatabaseOptions { Durability = DurabilityMode.None });
        IHashModel model = Samples.Model(Dimensions, 64);
        var collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(model));
        VectorRecord[] records = Samples.Records(1, 0, 3_000, Dimensions);
        await collection.InsertAsync(records);
        byte[] codes = new byte[3_000 * 8];
        for (int i = 0; i < 3_000; i++)
            model.Encode(records[i].Vector.Span, 1, codes.AsSpan(i * 8, 8));
        bool isOver = false;
        Task writing = Task.Run(async () =>
        {
            // The same vectors again: new rows, the same codes.
            for (int round = 0; round < 60; round++)
                await collection.UpsertAsync(records[(round * 50)..((round + 1) * 50)]);
            Volatile.Write(ref isOver, true);
        });
        int asked = 0;
        do
        {
            HashcodeProbeResult result = collection.ProbeHashcodes(codes, 3_000, new ProbeOptions { Radius = 0 }, null);
            for (int i = 0; i < 3_000; i++)
            {
                ReadOnlySpan<VectorId> hits = result.Ids.Span[result.Offsets.Span[i]..result.Offsets.Span[i + 1]];
                hits.ToArray().Count(id => id == records[i].Id).ShouldBe(1);
            }
            asked++;
        }
        while (!Volatile.Read(ref isOver));
        await writing;
        asked.ShouldBeGreaterThan(1);
        // The posting tables were built anew meanwhile, with segments that have to be paid for again.
        for (int i = 0; i < 200 && collection.Core.Live.State.Postings.Substrings.Segments.Length == 0; i++)
            collection.ProbeHashcodes(codes, 3_000, new ProbeOptions { Radius = 0 }, null);
        collection.Core.Live.State.Postings.Substrings.Segments.Length.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_limit_of_hits_ends_the_answer_after_a_whole_hashcode()
    {
        const int Dimensions = 16;
        using var directory = new TemporaryDirectory();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"));
        IHashModel model = Samples.Model(Dimensions, 32);
        var collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(model));
        await collection.InsertAsync(Samples.Records(1, 0, 100, Dimensions));
        var options = new ProbeOptions { Radius = 32 };

        (await collection.ProbeSomeHashcodesAsync(new byte[40], 10, options, 1)).Offsets.ToArray().ShouldBe([0, 100]);
        (await collection.ProbeSomeHashcodesAsync(new byte[40], 10, options, 100)).Offsets.ToArray().ShouldBe([0, 100]);
        (await collection.ProbeSomeHashcodesAsync(new byte[40], 10, options, 101)).Offsets.ToArray().ShouldBe([0, 100, 200]);
        (await collection.ProbeSomeHashcodesAsync(new byte[40], 10, options, 5_000)).Offsets.Length.ShouldBe(11);
    }

    [Fact]
    public void Hits_of_all_parts_count_towards_one_limit()
    {
        var total = new HitTotal();
        var first = new HitColumns(1, total);
        var second = new HitColumns(1, total);
        total.Add(StorageLimits.MaxProbeHits - 10);

        first.Reserve(8);
        first.Add(new VectorId(1), 0);
        first.EndCode();
        second.Reserve(9);
        Should.Throw<HashDbException>(() => first.Reserve(1)).Code.ShouldBe(HashDbErrorCode.LimitExceeded);
    }

    private static VectorRecord Record(ulong id, int centre, int noise, int dimensions)
    {
        float[] vector = Samples.Vector(new Random(centre), dimensions);
        float[] other = Samples.Vector(new Random(noise ^ 0x5555_5555), dimensions);
        for (int i = 0; i < dimensions; i++)
            vector[i] += 0.3f * other[i];
        return new VectorRecord { Id = new VectorId(id), Vector = vector };
    }

    private static async Task UpsertAsync(
        Collection collection, Dictionary<ulong, VectorRecord> live, Random random, int count, int dimensions)
    {
        var records = new Dictionary<ulong, VectorRecord>();
        for (int i = 0; i < count; i++)
        {
            ulong id = (ulong)random.Next(4_000);
            records[id] = Record(id, random.Next(100), random.Next(), dimensions);
        }
        await collection.UpsertAsync([.. records.Values]);
        foreach (VectorRecord record in records.Values)
            live[record.Id.Value] = record;
    }
}
