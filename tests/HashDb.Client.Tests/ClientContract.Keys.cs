// Records known by texts and UUIDs.
using HashDb.Client.Tests.Support;

namespace HashDb.Client.Tests;

public abstract partial class ClientContract
{
    [Theory]
    [InlineData(KeyKind.String)]
    [InlineData(KeyKind.Guid)]
    public async Task Records_are_stored_found_changed_and_deleted_by_their_keys(KeyKind kind)
    {
        HashDbCollection collection = await Client.CreateCollectionAsync(
            "items", new CollectionOptions(Data.Dimensions) { Keys = kind }, Cancellation);
        await collection.InsertAsync([.. Enumerable.Range(0, 100).Select(i => Keyed(kind, i))], cancellationToken: Cancellation);
        await CheckAsync();
        await collection.Maintenance.CompactAsync(Cancellation);
        collection = await ReopenAsync("items");
        await CheckAsync();

        async Task CheckAsync()
        {
            collection.Keys.ShouldBe(kind);
            (await collection.DescribeAsync(Cancellation)).Keys.ShouldBe(kind);
            SearchResult result = await collection.SearchAsync(Data.Vector(7), new SearchOptions { Top = 3 }, Cancellation);
            result.Hits[0].Key.ShouldBe(KeyOf(kind, 7));
            result.Hits[0].Record!.Fields.Count.ShouldBe(0);
            SearchResult full = await collection.SearchAsync(
                Data.Vector(7), new SearchOptions { Top = 3, Include = RecordParts.All, IncludeFields = ["number"] }, Cancellation);
            full.Hits[0].Record!.Fields.ShouldBe(new RecordFields { ["number"] = 7 });
            full.Hits[0].Key.ShouldBe(KeyOf(kind, 7));

            VectorRecord? one = await collection.GetAsync(KeyOf(kind, 7), Cancellation);
            one.ShouldNotBeNull();
            one.Key.ShouldBe(KeyOf(kind, 7));
            one.Fields["number"].AsInt32().ShouldBe(7);
            (await collection.GetAsync(KeyOf(kind, 7_777), Cancellation)).ShouldBeNull();

            (await collection.UpsertAsync(Keyed(kind, 7), Cancellation)).ShouldBeTrue();
            (await collection.UpdateFieldsAsync(KeyOf(kind, 7), new RecordFields { ["more"] = "x" }, Cancellation)).ShouldBeTrue();
            VectorRecord? changed = await collection.GetAsync(KeyOf(kind, 7), Cancellation);
            changed!.Key.ShouldBe(KeyOf(kind, 7));
            changed.Fields.ShouldBe(new RecordFields { ["number"] = 7, ["colour"] = "red", ["more"] = "x" });
            FieldValue key = kind == KeyKind.String ? KeyOf(kind, 5).AsString() : KeyOf(kind, 5).AsGuid();
            IReadOnlyList<VectorRecord> listed = await collection.ListAsync(
                new ListOptions { Filter = Filter.Field("$key") == key, Include = RecordParts.None }, Cancellation);
            listed.ShouldHaveSingleItem().Key.ShouldBe(KeyOf(kind, 5));
            (await collection.DeleteAsync(KeyOf(kind, 7), Cancellation)).ShouldBeTrue();
            (await collection.CountAsync(cancellationToken: Cancellation)).ShouldBe(99);
            await collection.InsertAsync(Keyed(kind, 7), Cancellation);
        }
    }

    // The keys of many hits take more than a frame.
    [Fact]
    public async Task Search_gives_thousands_of_long_keys()
    {
        HashDbCollection collection = await Client.CreateCollectionAsync(
            "items", new CollectionOptions(Data.Dimensions) { Keys = KeyKind.String }, Cancellation);
        string tail = new('k', StorageLimits.MaxKeyBytes - 5);
        VectorRecord[] records =
        [
            .. Enumerable.Range(0, 5_000).Select(i => new VectorRecord { Key = $"{i:D5}{tail}", Vector = Data.Vector(i) }),
        ];
        foreach (VectorRecord[] part in records.Chunk(1_000))
            await collection.InsertAsync(part, cancellationToken: Cancellation);

        SearchResult result = await collection.SearchAsync(
            Data.Vector(3), new SearchOptions { Top = 5_000, TargetRecall = 1 }, Cancellation);

        result.Hits.Select(hit => hit.Key.AsString()).Order(StringComparer.Ordinal)
            .ShouldBe(records.Select(record => record.Key.AsString()));
    }

    [Fact]
    public async Task Keys_of_another_kind_and_records_without_any_are_refused()
    {
        HashDbCollection texts = await Client.CreateCollectionAsync(
            "texts", new CollectionOptions(Data.Dimensions) { Keys = KeyKind.String }, Cancellation);
        HashDbCollection numbers = await Client.CreateCollectionAsync("numbers", new CollectionOptions(Data.Dimensions), Cancellation);

        await RefusedAsync(() => texts.InsertAsync(Data.Record(1), Cancellation), "the kind Number");
        await RefusedAsync(() => texts.InsertAsync(Keyed(KeyKind.Guid, 1), Cancellation), "the kind Guid");
        await RefusedAsync(() => numbers.InsertAsync(Keyed(KeyKind.String, 1), Cancellation), "the kind String");
        await RefusedAsync(() => texts.InsertAsync(new VectorRecord { Vector = Data.Vector(1) }, Cancellation), "neither an id nor a key");
        await RefusedAsync(
            () => texts.InsertAsync(Keyed(KeyKind.String, 1).With(id: new VectorId(5)), Cancellation), "not that of its key");
        await RefusedAsync(
            () => Client.GetOrCreateCollectionAsync("texts", Data.Dimensions, cancellationToken: Cancellation), "String");
        (await texts.CountAsync(cancellationToken: Cancellation)).ShouldBe(0);
        (await Should.ThrowAsync<HashDbException>(
            () => texts.InsertAsync([Keyed(KeyKind.String, 1), Keyed(KeyKind.String, 1)], cancellationToken: Cancellation)))
            .Code.ShouldBe(HashDbErrorCode.DuplicateId);

        static async Task RefusedAsync(Func<Task> call, string named) =>
            (await Should.ThrowAsync<ArgumentException>(call)).Message.ShouldContain(named);
    }

    private static RecordKey KeyOf(KeyKind kind, int number) => kind == KeyKind.String
        ? $"document/{number}"
        : new Guid(number, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);

    private static VectorRecord Keyed(KeyKind kind, int number) => new()
    {
        Fields = new RecordFields { ["number"] = number, ["colour"] = "red" },
        Key = KeyOf(kind, number),
        Vector = Data.Vector(number),
        Labels = new[] { number % 10 },
    };
}
