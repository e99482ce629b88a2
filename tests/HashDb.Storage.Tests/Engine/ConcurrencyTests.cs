using HashDb.Models;
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Engine;

public sealed class ConcurrencyTests
{
    private const int Dimensions = 8;

    /// <summary>
    /// An update replaces a row by another. A search that ran between the two used to be able to see neither or both; every
    /// search must see exactly one version of every item, also while generations are switched beneath it.
    /// </summary>
    [Fact]
    public async Task Readers_see_exactly_one_version_of_every_item_during_updates_checkpoints_and_compactions()
    {
        const int Items = 300;
        using var directory = new TemporaryDirectory();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"));
        IHashModel model = Samples.Model(Dimensions, 16, tableCount: 2);
        Collection collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(model));
        await collection.InsertAsync(Samples.Records(1, 0, Items, Dimensions));
        ulong[] expected = [.. Enumerable.Range(0, Items).Select(i => (ulong)i)];
        using var stop = new CancellationTokenSource();
        long searches = 0;

        Task reader = Task.Run(() =>
        {
            var random = new Random(2);
            while (!stop.IsCancellationRequested)
            {
                float[] query = Samples.Vector(random, Dimensions);
                ProbeStrategy strategy = random.Next(2) == 0 ? ProbeStrategy.Scan : ProbeStrategy.Automatic;
                ProbeResult all = collection.Probe(query, new ProbeOptions { Radius = model.BitCount, Strategy = strategy });
                all.Hits.Select(hit => hit.Id.Value).Order().ShouldBe(expected);
                SearchResult budget = collection.Search(query, new SearchOptions { Top = Items, CandidateLimit = Items });
                budget.Hits.Select(hit => hit.Id.Value).Order().ShouldBe(expected);
                Interlocked.Increment(ref searches);
            }
        });
        Task writer = Task.Run(async () =>
        {
            for (int round = 0; round < 60; round++)
            {
                await collection.UpsertAsync(Samples.Records(round, (ulong)(round * 7 % (Items - 40)), 40, Dimensions));
                if (round % 20 == 19)
                    await collection.Maintenance.CompactAsync();
                else if (round % 10 == 9)
                    await collection.Maintenance.CheckpointAsync();
            }
        });
        await writer;
        await stop.CancelAsync();
        await reader;
        searches.ShouldBeGreaterThan(10);
        collection.GetStatistics().Count.ShouldBe(Items);
    }

    [Fact]
    public async Task Writers_on_many_threads_lose_nothing_and_keep_their_order()
    {
        const int Writers = 6;
        const int PerWriter = 60;
        using var directory = new TemporaryDirectory();
        IHashModel model = Samples.Model(Dimensions, 32);
        await using (HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"), new DatabaseOptions { WriteQueueLength = 4 }))
        {
            Collection collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(model));
            await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
            {
                for (int i = 0; i < PerWriter; i++)
                {
                    VectorRecord[] record = Samples.Records(i, (ulong)writer, 1, Dimensions);
                    await collection.UpsertAsync(record);
                    collection.Get(new VectorId((ulong)writer))!.Vector.ToArray().ShouldBe(record[0].Vector.ToArray());
                }
            })));
        }
        await using HashDatabase again = await HashDatabase.OpenAsync(directory.Of("db"));
        for (int writer = 0; writer < Writers; writer++)
        {
            float[] last = Samples.Records(PerWriter - 1, (ulong)writer, 1, Dimensions)[0].Vector.ToArray();
            again.GetCollection("c").Get(new VectorId((ulong)writer))!.Vector.ToArray().ShouldBe(last);
        }
        again.GetCollection("c").GetStatistics().LastSequenceNumber.ShouldBe(Writers * PerWriter);
    }

    [Fact]
    public async Task Compaction_keeps_what_is_written_while_it_copies()
    {
        using var directory = new TemporaryDirectory();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"));
        Collection collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
        await collection.InsertAsync(Samples.Records(1, 0, 10_000, Dimensions));
        await collection.DeleteAsync([.. Enumerable.Range(0, 4_000).Select(i => new VectorId((ulong)i))]);
        Task<CompactionReport> compaction = collection.Maintenance.CompactAsync();
        Task writes = Task.Run(async () =>
        {
            for (ulong i = 0; i < 50; i++)
            {
                await collection.InsertAsync(Samples.Records(2, 20_000 + i * 10, 10, Dimensions));
                await collection.DeleteAsync([new VectorId(9_000 + i)]);
                await collection.UpsertAsync(Samples.Records((int)i, 5_000 + i, 1, Dimensions));
            }
        });
        await Task.WhenAll(compaction, writes);
        collection.GetStatistics().Count.ShouldBe(6_000 + 500 - 50);
        for (ulong i = 0; i < 50; i++)
        {
            collection.Get(new VectorId(9_000 + i)).ShouldBeNull();
            collection.Get(new VectorId(20_000 + i * 10 + 9)).ShouldNotBeNull();
            collection.Get(new VectorId(5_000 + i))!.Vector.ToArray()
                .ShouldBe(Samples.Records((int)i, 5_000 + i, 1, Dimensions)[0].Vector.ToArray());
        }
    }
}
