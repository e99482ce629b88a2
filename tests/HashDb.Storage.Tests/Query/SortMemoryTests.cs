using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Query;

public sealed class SortMemoryTests
{
    // A list was counted with a byte for each small number, and takes some thirty.
    [Fact]
    public async Task Lists_count_with_what_they_take_in_memory()
    {
        using var directory = new TemporaryDirectory();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Path);
        HashDbCollection collection = await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(4, 16)));
        await collection.InsertAsync([.. Enumerable.Range(0, 40).Select(i => new VectorRecord
        {
            Id = new VectorId((ulong)i),
            Vector = Samples.Vector(new Random(i), 4),
            Fields = new RecordFields { ["list"] = Enumerable.Repeat(i, 30_000).ToArray() },
        })]);
        var options = new ListOptions { OrderBy = "list", Include = RecordParts.None };

        (await Should.ThrowAsync<HashDbException>(() => collection.ListAsync(options))).Code.ShouldBe(HashDbErrorCode.LimitExceeded);
        (await collection.ListAsync(options with { Limit = 10 })).Count.ShouldBe(10);
    }

    // The values of the rows to be listed were kept, however long they were: 65,536 rows of 64 KiB texts took gigabytes.
    [Fact]
    public async Task Listing_that_is_ordered_by_texts_too_long_to_keep_is_refused_with_the_way_out()
    {
        using var directory = new TemporaryDirectory();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Path);
        HashDbCollection collection = await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(4, 16)));
        string tail = new('x', 60_000);
        for (int first = 0; first < 1_200; first += 100)
        {
            await collection.InsertAsync([.. Enumerable.Range(first, 100).Select(i => new VectorRecord
            {
                Id = new VectorId((ulong)i),
                Vector = Samples.Vector(new Random(i), 4),
                Fields = new RecordFields { ["text"] = $"{1_199 - i:D4}{tail}" },
            })]);
        }
        var options = new ListOptions { OrderBy = "text", Limit = 10, Include = RecordParts.None };

        HashDbException refused = await Should.ThrowAsync<HashDbException>(() => collection.ListAsync(options with { Skip = 1_180 }));
        IReadOnlyList<VectorRecord> listed = await collection.ListAsync(options with { Skip = 300 });

        refused.Code.ShouldBe(HashDbErrorCode.LimitExceeded);
        refused.Message.ShouldContain("'text'");
        refused.Message.ShouldContain("64 MiB");
        listed.Select(record => record.Id.Value).ShouldBe(Enumerable.Range(0, 10).Select(i => 899 - (ulong)i));
    }
}
