using HashDb.Models;
using HashDb.Models.Kinds.Lsh;
using HashDb.Storage.Tests.Learning;
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Engine;

/// <summary>
/// The bytes on disk used to be counted by listing the folder each time somebody asked, so a scrape of a thousand collections listed
/// a thousand folders. They are now counted as files grow, and must still be what the folder holds.
/// </summary>
public sealed class DiskBytesTests
{
    private const int Dimensions = 12;

    [Fact]
    public async Task Bytes_on_disk_are_those_of_the_files_after_every_kind_of_change()
    {
        using var directory = new TemporaryDirectory();
        var random = new Random(1);
        await using (HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db")))
        {
            var collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(Model(1)));
            await CheckAsync("a new collection", () => Task.CompletedTask);
            await CheckAsync("an insert", () => collection.InsertAsync(Records(0, 3_000)));
            await CheckAsync("an upsert", () => collection.UpsertAsync(Records(100, 500)));
            await CheckAsync("a delete", () => collection.DeleteAsync([.. Enumerable.Range(0, 800).Select(i => new VectorId((ulong)i))]));
            await CheckAsync("a checkpoint", () => collection.Maintenance.CheckpointAsync());
            await CheckAsync("learning", () => collection.Learning.LearnAsync(LearningOracle.RandomItems(random, 50, Dimensions)));
            await CheckAsync("a checkpoint of a draft", () => collection.Maintenance.CheckpointAsync());
            await CheckAsync("a discarded draft", () => collection.Learning.DiscardDraftAsync());
            await CheckAsync("a checkpoint without it", () => collection.Maintenance.CheckpointAsync());
            await CheckAsync(
                "a re-index", () => collection.Maintenance.ReindexAsync(Model(2), new GenerationOptions { KeepPrevious = true }));
            await CheckAsync("a rollback", () => collection.Maintenance.RollbackAsync());
            await CheckAsync(
                "another re-index", () => collection.Maintenance.ReindexAsync(Model(3), new GenerationOptions { KeepPrevious = true }));
            await CheckAsync("giving up the kept generation", () => collection.Maintenance.DropPreviousAsync());
            await CheckAsync("a compaction", () => collection.Maintenance.CompactAsync());

            async Task CheckAsync(string after, Func<Task> change)
            {
                await change();
                collection.GetStatistics().DiskBytes.ShouldBe(
                    BytesOf(Path.Combine(directory.Of("db"), "collections", "c")), $"after {after}");
            }
        }
        await using HashDatabase reopened = await HashDatabase.OpenAsync(directory.Of("db"));
        reopened.GetCollection("c").GetStatistics().DiskBytes
            .ShouldBe(BytesOf(Path.Combine(directory.Of("db"), "collections", "c")), "after opening again");

        VectorRecord[] Records(int first, int count) =>
        [
            .. Enumerable.Range(first, count).Select(i => new VectorRecord
            {
                Id = new VectorId((ulong)i),
                Vector = Samples.Vector(random, Dimensions),
                Labels = new[] { i % 7 },
            }),
        ];
    }

    private static long BytesOf(string folder) => new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories)
        .Where(file => !file.Name.StartsWith("postings.scratch", StringComparison.Ordinal)).Sum(file => file.Length);

    private static LshModel Model(ulong seed) => LshTrainer.Train(
        new LshOptions { BitCount = 16, Seed = seed, Preprocessing = PreprocessingOrder.Unit }, Dimensions);
}
