using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Query;

public sealed class SortMemoryTests
{
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
        IReadOnlyList<VectorRecord> listed = await collection.ListAsync(options with { Skip = 500 });

        refused.Code.ShouldBe(HashDbErrorCode.LimitExceeded);
        refused.Message.ShouldContain("'text'");
        refused.Message.ShouldContain("64 MiB");
        listed.Select(record => record.Id.Value).ShouldBe(Enumerable.Range(0, 10).Select(i => 699 - (ulong)i));
    }
}
