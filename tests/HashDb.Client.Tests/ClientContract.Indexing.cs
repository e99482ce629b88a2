// Field indexes: made, listed and dropped at any time, durable, and no answer depends on them.
using HashDb.Client.Tests.Support;

namespace HashDb.Client.Tests;

public abstract partial class ClientContract
{
    [Fact]
    public async Task Index_is_made_while_serving_told_by_searches_kept_over_a_restart_and_dropped()
    {
        VectorRecord[] records = WithFields(0, 5_000);
        HashDbCollection collection = await CreateAsync("items", records);
        (await collection.ListIndexesAsync(Cancellation)).ShouldBeEmpty();
        SearchResult before = await SearchAsync("number < 41");
        before.Statistics.Indexes.ShouldBeEmpty();
        before.Statistics.Filtered.ShouldBe(5_000);
        before.Statistics.Explain().ShouldContain("without an index");

        (await collection.CreateIndexAsync("number", Cancellation)).ShouldBeTrue();
        (await collection.CreateIndexAsync("number", Cancellation)).ShouldBeFalse();
        (await collection.CreateIndexAsync("colour", Cancellation)).ShouldBeTrue();
        (await collection.ListIndexesAsync(Cancellation)).Select(index => index.Field).ShouldBe(["colour", "number"]);
        await IndexedAsync(5_000);
        (await SearchAsync("number < 41")).Hits.ShouldBe(before.Hits);
        SearchResult indexed = await SearchAsync("number < 43 && colour == \"red\"");
        indexed.Statistics.Indexes.ShouldBe(["number", "colour"], ignoreOrder: true);
        indexed.Statistics.Filtered.ShouldBe(0);
        indexed.Hits.Count.ShouldBe(records.Count(record => Matches(Filter.Parse("number < 43 && colour == \"red\""), record)));
        (await collection.SearchAsync(Data.Vector(1), cancellationToken: Cancellation)).Statistics.Indexes.ShouldBeNull();

        collection = await ReopenAsync("items");
        (await collection.ListIndexesAsync(Cancellation)).Select(index => index.Field).ShouldBe(["colour", "number"]);
        await IndexedAsync(5_000);
        (await SearchAsync("number < 42")).Statistics.Filtered.ShouldBe(0);
        (await collection.DropIndexAsync("number", Cancellation)).ShouldBeTrue();
        (await collection.DropIndexAsync("number", Cancellation)).ShouldBeFalse();
        (await collection.ListIndexesAsync(Cancellation)).ShouldHaveSingleItem().Field.ShouldBe("colour");
        (await SearchAsync("number < 41")).Hits.ShouldBe(before.Hits);

        Task<SearchResult> SearchAsync(string filter) => collection.SearchAsync(
            Data.Vector(1), new SearchOptions { Top = 100, TargetRecall = 1, Filter = Filter.Parse(filter) }, Cancellation);

        async Task IndexedAsync(long rows)
        {
            while ((await collection.ListIndexesAsync(Cancellation)).Any(index => index.Rows < rows))
                await Task.Delay(20, Cancellation);
            (await collection.ListIndexesAsync(Cancellation)).ShouldAllBe(index => index.MemoryBytes > 0);
        }
    }

    [Fact]
    public async Task Indexes_are_limited_and_their_fields_are_checked()
    {
        HashDbCollection collection = await CreateAsync("items", WithFields(0, 10));
        foreach (string wrong in (string[])["", "$key", "$labels", new string('x', 129), "\uD800"])
        {
            await Should.ThrowAsync<ArgumentException>(() => collection.CreateIndexAsync(wrong, Cancellation));
            await Should.ThrowAsync<ArgumentException>(() => collection.DropIndexAsync(wrong, Cancellation));
        }
        await Should.ThrowAsync<ArgumentException>(() => collection.CreateIndexAsync(null!, Cancellation));
        for (int i = 0; i < StorageLimits.MaxIndexCount; i++)
            (await collection.CreateIndexAsync($"f{i}", Cancellation)).ShouldBeTrue();

        HashDbException refused = await Should.ThrowAsync<HashDbException>(() => collection.CreateIndexAsync("more", Cancellation));

        refused.Code.ShouldBe(HashDbErrorCode.LimitExceeded);
        refused.Message.ShouldContain("64");
        (await collection.CreateIndexAsync("f3", Cancellation)).ShouldBeFalse();
        (await collection.DropIndexAsync("f3", Cancellation)).ShouldBeTrue();
        (await collection.CreateIndexAsync("more", Cancellation)).ShouldBeTrue();
        (await collection.ListIndexesAsync(Cancellation)).Count.ShouldBe(StorageLimits.MaxIndexCount);
    }
}
