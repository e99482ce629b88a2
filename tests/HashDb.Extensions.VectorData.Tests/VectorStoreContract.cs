// What a program of Microsoft.Extensions.VectorData may expect, feature by feature, in-process and on a server. A subclass says how the
// database is opened.
using HashDb.Client;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.VectorData;

namespace HashDb.Extensions.VectorData.Tests;

public abstract class VectorStoreContract : IAsyncLifetime
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), "hashdb-vectordata-" + Guid.NewGuid().ToString("N"));
    private HashDbConnection? _connection;

    protected HashDbConnection Connection => _connection!;

    private HashDbVectorStore Store => new(Connection);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract Task<HashDbConnection> OpenAsync(string path);

    protected virtual ValueTask CloseAsync() => ValueTask.CompletedTask;

    public async ValueTask InitializeAsync() => _connection = await OpenAsync(_path);

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        await CloseAsync();
        Directory.Delete(_path, recursive: true);
        GC.SuppressFinalize(this);
    }

    // The store is the one line that another provider would change.
    [Fact]
    public async Task Program_written_for_the_contract_alone_runs()
    {
        VectorStore store = Store;
        VectorStoreCollection<string, Document> documents = store.GetCollection<string, Document>("docs");
        await documents.EnsureCollectionExistsAsync(Cancellation);
        await documents.UpsertAsync(Documents(50), Cancellation);
        var titles = new List<string?>();
        await foreach (VectorSearchResult<Document> result in documents.SearchAsync(
            Vector(7),
            3,
            new VectorSearchOptions<Document> { Filter = document => document.Year >= 2005 && document.Tags!.Contains("odd") },
            Cancellation))
        {
            titles.Add(result.Record.Title);
        }

        titles.Count.ShouldBe(3);
        titles[0].ShouldBe("Title 7");
    }

    [Fact]
    public async Task Collections_are_made_listed_found_and_deleted()
    {
        VectorStore store = Store;
        VectorStoreCollection<string, Document> docs = store.GetCollection<string, Document>("docs");
        (await docs.CollectionExistsAsync(Cancellation)).ShouldBeFalse();
        await docs.EnsureCollectionExistsAsync(Cancellation);
        await docs.EnsureCollectionExistsAsync(Cancellation);
        (await docs.CollectionExistsAsync(Cancellation)).ShouldBeTrue();
        (await store.CollectionExistsAsync("docs", Cancellation)).ShouldBeTrue();
        (await store.ListCollectionNamesAsync(Cancellation).ToListAsync(Cancellation)).ShouldBe(["docs"]);
        docs.Name.ShouldBe("docs");

        await store.EnsureCollectionDeletedAsync("docs", Cancellation);
        await docs.EnsureCollectionDeletedAsync(Cancellation);
        (await docs.CollectionExistsAsync(Cancellation)).ShouldBeFalse();
        VectorStoreException missing = await Should.ThrowAsync<VectorStoreException>(() => docs.GetAsync("a", null, Cancellation));
        (missing.VectorStoreSystemName, missing.CollectionName, missing.OperationName).ShouldBe(("hashdb", "docs", "Get"));
        await docs.EnsureCollectionExistsAsync(Cancellation);
        (await docs.GetAsync("a", null, Cancellation)).ShouldBeNull();
    }

    // The mark was read and did nothing: every filter read all records.
    [Fact]
    public async Task Data_that_is_marked_as_indexed_has_an_index_also_in_a_collection_that_was_made_without()
    {
        await Connection.CreateCollectionAsync(
            "docs", new CollectionOptions(4) { Keys = KeyKind.String }, Cancellation);
        for (int time = 0; time < 2; time++)
        {
            await Store.GetCollection<string, Indexed>("docs").EnsureCollectionExistsAsync(Cancellation);

            HashDbCollection collection = await Connection.GetCollectionAsync("docs", Cancellation);
            (await collection.ListIndexesAsync(Cancellation)).Select(index => index.Field).ShouldBe(["title"]);
        }
        VectorStoreCollection<object, Dictionary<string, object?>> defined = Store.GetDynamicCollection(
            "defined",
            new VectorStoreCollectionDefinition
            {
                Properties =
                [
                    new VectorStoreKeyProperty("id", typeof(long)),
                    new VectorStoreDataProperty("year", typeof(int)) { IsIndexed = true },
                    new VectorStoreVectorProperty("vector", typeof(float[]), 4),
                ],
            });
        await defined.EnsureCollectionExistsAsync(Cancellation);
        (await (await Connection.GetCollectionAsync("defined", Cancellation)).ListIndexesAsync(Cancellation))
            .Select(index => index.Field).ShouldBe(["year"]);
    }

    [Fact]
    public async Task Records_of_every_type_of_data_come_back_as_they_were()
    {
        VectorStoreCollection<Guid, Everything> collection = Store.GetCollection<Guid, Everything>("all");
        await collection.EnsureCollectionExistsAsync(Cancellation);
        var record = new Everything
        {
            Key = Guid.NewGuid(),
            Flag = true,
            Small = -3,
            Number = int.MinValue,
            Large = long.MaxValue,
            Single = 1.5f,
            Double = Math.PI,
            Text = "Straße",
            At = new DateTimeOffset(2024, 2, 3, 4, 5, 6, TimeSpan.FromHours(3)),
            Time = new DateTime(2024, 2, 3, 4, 5, 6, DateTimeKind.Utc),
            Other = Guid.NewGuid(),
            Bytes = [1, 2, 3],
            Tags = ["a", "b"],
            Numbers = [1, 2, 3],
            Maybe = null,
            Vector = Vector(1),
        };
        await collection.UpsertAsync(record, Cancellation);

        Everything? found = await collection.GetAsync(
            record.Key, new RecordRetrievalOptions { IncludeVectors = true }, Cancellation);

        found.ShouldNotBeNull();
        found.Vector.ToArray().ShouldBe(record.Vector.ToArray());
        found.Vector = record.Vector;
        found.ShouldBeEquivalentTo(record);
        (await collection.GetAsync(record.Key, null, Cancellation))!.Vector.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task Keys_may_be_texts_uuids_and_numbers_and_uuids_are_made_when_missing()
    {
        await KeysAsync<string, Keyed<string>>("s", "a/1", "a/2");
        await KeysAsync<Guid, Keyed<Guid>>("g", Guid.NewGuid(), Guid.NewGuid());
        await KeysAsync<long, Keyed<long>>("l", -5, long.MaxValue);
        await KeysAsync<ulong, Keyed<ulong>>("u", 0, ulong.MaxValue);
        await KeysAsync<int, Keyed<int>>("i", -5, 7);
        VectorStoreCollection<Guid, Keyed<Guid>> made = Store.GetCollection<Guid, Keyed<Guid>>("g");
        var record = new Keyed<Guid> { Vector = Vector(1) };
        await made.UpsertAsync(record, Cancellation);
        record.Key.ShouldNotBe(Guid.Empty);
        (await made.GetAsync(record.Key, null, Cancellation)).ShouldNotBeNull();

        async Task KeysAsync<TKey, TRecord>(string name, TKey first, TKey second)
            where TKey : notnull
            where TRecord : Keyed<TKey>, new()
        {
            VectorStoreCollection<TKey, TRecord> collection = Store.GetCollection<TKey, TRecord>(name);
            await collection.EnsureCollectionExistsAsync(Cancellation);
            await collection.UpsertAsync(
                [new TRecord { Key = first, Vector = Vector(1) }, new TRecord { Key = second, Vector = Vector(2) }], Cancellation);
            (await collection.GetAsync(first, null, Cancellation))!.Key.ShouldBe(first);
            (await collection.SearchAsync(Vector(2), 1, null, Cancellation).ToListAsync(Cancellation))[0].Record.Key.ShouldBe(second);
            await collection.DeleteAsync(first, Cancellation);
            (await collection.GetAsync([first, second], null, Cancellation).ToListAsync(Cancellation))
                .ShouldHaveSingleItem().Key.ShouldBe(second);
            await collection.DeleteAsync([second, first], Cancellation);
            (await collection.GetAsync(second, null, Cancellation)).ShouldBeNull();
        }
    }

    [Fact]
    public async Task Batch_with_one_key_twice_keeps_the_last()
    {
        VectorStoreCollection<string, Document> docs = await DocumentsAsync(0);
        Document first = Documents(1)[0];
        await docs.UpsertAsync([first, first with { Title = "Second" }], Cancellation);
        (await docs.GetAsync("doc-0", null, Cancellation))!.Title.ShouldBe("Second");
        await docs.UpsertAsync(first, Cancellation);
        (await docs.GetAsync("doc-0", null, Cancellation))!.Title.ShouldBe("Title 0");
    }

    [Fact]
    public async Task Listing_filters_orders_skips_and_ends()
    {
        VectorStoreCollection<string, Document> docs = await DocumentsAsync(60);
        List<Document> some = await docs.GetAsync(
            document => document.Year == 2003 || document.Year == 2004,
            100,
            new FilteredRecordRetrievalOptions<Document> { OrderBy = order => order.Descending(document => document.Title), Skip = 2 },
            Cancellation).ToListAsync(Cancellation);
        some.Select(document => document.Title).ShouldBe(
            Documents(60).Where(document => document.Year is 2003 or 2004).Select(document => document.Title)
                .OrderByDescending(title => title, StringComparer.Ordinal).Skip(2));
        (await docs.GetAsync(document => document.Key == "doc-9", 5, null, Cancellation).ToListAsync(Cancellation))
            .ShouldHaveSingleItem().Key.ShouldBe("doc-9");
        (await docs.GetAsync(document => document.Title != null, 7, null, Cancellation).ToListAsync(Cancellation)).Count.ShouldBe(7);
        await Should.ThrowAsync<NotSupportedException>(async () => await docs.GetAsync(
            document => true,
            5,
            new FilteredRecordRetrievalOptions<Document>
            {
                OrderBy = order => order.Ascending(document => document.Year).Ascending(document => document.Title),
            },
            Cancellation).ToListAsync(Cancellation));
    }

    [Theory]
    [InlineData(DistanceFunction.CosineSimilarity)]
    [InlineData(DistanceFunction.CosineDistance)]
    [InlineData(DistanceFunction.EuclideanDistance)]
    [InlineData(DistanceFunction.EuclideanSquaredDistance)]
    [InlineData(DistanceFunction.DotProductSimilarity)]
    [InlineData(DistanceFunction.NegativeDotProductSimilarity)]
    public async Task Scores_are_those_of_the_distance_function_and_a_threshold_cuts_at_them(string function)
    {
        var definition = new VectorStoreCollectionDefinition
        {
            Properties =
            [
                new VectorStoreKeyProperty("Key", typeof(string)),
                new VectorStoreDataProperty("Title", typeof(string)),
                new VectorStoreVectorProperty("Vector", typeof(ReadOnlyMemory<float>), 4) { DistanceFunction = function },
            ],
        };
        VectorStoreCollection<string, Document> docs = Store.GetCollection<string, Document>("docs", definition);
        await docs.EnsureCollectionExistsAsync(Cancellation);
        await docs.UpsertAsync(Documents(30), Cancellation);
        float[] query = Vector(3).ToArray();

        List<VectorSearchResult<Document>> all = await docs.SearchAsync(
            query, 30, new VectorSearchOptions<Document> { IncludeVectors = true }, Cancellation).ToListAsync(Cancellation);
        foreach (VectorSearchResult<Document> result in all)
            result.Score!.Value.ShouldBe(Expected(function, query, result.Record.Vector.ToArray()), 1e-4);
        List<VectorSearchResult<Document>> near = await docs.SearchAsync(
            query, 30, new VectorSearchOptions<Document> { ScoreThreshold = all[10].Score }, Cancellation).ToListAsync(Cancellation);
        near.Count.ShouldBeInRange(10, 12);
        List<VectorSearchResult<Document>> page = await docs.SearchAsync(
            query, 5, new VectorSearchOptions<Document> { Skip = 5 }, Cancellation).ToListAsync(Cancellation);
        page.Select(result => result.Record.Key).ShouldBe(all.Skip(5).Take(5).Select(result => result.Record.Key));
    }

    [Fact]
    public async Task Dictionaries_are_records_of_a_dynamic_collection()
    {
        VectorStoreCollection<object, Dictionary<string, object?>> collection = Store.GetDynamicCollection(
            "dynamic",
            new VectorStoreCollectionDefinition
            {
                Properties =
                [
                    new VectorStoreKeyProperty("Id", typeof(string)),
                    new VectorStoreDataProperty("Year", typeof(int)) { StorageName = "y" },
                    new VectorStoreVectorProperty("Embedding", typeof(ReadOnlyMemory<float>), 4),
                ],
            });
        await collection.EnsureCollectionExistsAsync(Cancellation);
        await collection.UpsertAsync(
            Enumerable.Range(0, 20).Select(
                i => new Dictionary<string, object?> { ["Id"] = $"k{i}", ["Year"] = i, ["Embedding"] = Vector(i) }),
            Cancellation);

        Dictionary<string, object?>? one =
            await collection.GetAsync("k3", new RecordRetrievalOptions { IncludeVectors = true }, Cancellation);
        one!["Year"].ShouldBe(3);
        ((ReadOnlyMemory<float>)one["Embedding"]!).ToArray().ShouldBe(Vector(3).ToArray());
        List<Dictionary<string, object?>> some = await collection.GetAsync(
            record => (int)record["Year"]! >= 15 && (string)record["Id"]! != "k16", 10, null, Cancellation).ToListAsync(Cancellation);
        some.Select(record => record["Id"]).ShouldBe(["k15", "k17", "k18", "k19"], ignoreOrder: true);
        some[0].ContainsKey("Embedding").ShouldBeFalse();
    }

    [Fact]
    public async Task Embedding_generator_makes_vectors_of_texts_for_records_and_queries()
    {
        var store = new HashDbVectorStore(Connection, new HashDbVectorStoreOptions { EmbeddingGenerator = new LetterGenerator() });
        VectorStoreCollection<string, Note> notes = store.GetCollection<string, Note>("notes");
        await notes.EnsureCollectionExistsAsync(Cancellation);
        await notes.UpsertAsync([new Note { Key = "1", Text = "aaab" }, new Note { Key = "2", Text = "cccd" }], Cancellation);

        (await notes.SearchAsync("ccc", 1, null, Cancellation).ToListAsync(Cancellation))[0].Record.Key.ShouldBe("2");
        await Should.ThrowAsync<NotSupportedException>(
            () => notes.GetAsync("1", new RecordRetrievalOptions { IncludeVectors = true }, Cancellation));
        await Should.ThrowAsync<NotSupportedException>(
            async () => await (await DocumentsAsync(1)).SearchAsync("text", 1, null, Cancellation).ToListAsync(Cancellation));
    }

    [Fact]
    public void What_is_not_there_is_refused_when_a_collection_is_asked_for()
    {
        Should.Throw<NotSupportedException>(() => Store.GetCollection<string, TwoVectors>("a")).Message.ShouldContain("2 vectors");
        Should.Throw<NotSupportedException>(() => Store.GetCollection<string, NoVector>("a")).Message.ShouldContain("0 vectors");
        Should.Throw<InvalidOperationException>(() => Store.GetCollection<Guid, Document>("a")).Message.ShouldContain("Guid");
        Should.Throw<NotSupportedException>(() => Store.GetCollection<string, WrongData>("a")).Message.ShouldContain("Price");
        Should.Throw<NotSupportedException>(() => Store.GetCollection<string, Manhattan>("a")).Message.ShouldContain("ManhattanDistance");
        Should.Throw<InvalidOperationException>(() => Store.GetCollection<string, Note>("a")).Message.ShouldContain("embedding generator");
    }

    [Fact]
    public async Task Registered_store_uses_the_registered_connection()
    {
        await using ServiceProvider provider = new ServiceCollection()
            .AddSingleton(Connection)
            .AddSingleton<IEmbeddingGenerator<string, Embedding<float>>>(new LetterGenerator())
            .AddHashDbVectorStore()
            .BuildServiceProvider();
        VectorStore store = provider.GetRequiredService<VectorStore>();
        VectorStoreCollection<string, Note> notes = store.GetCollection<string, Note>("notes");
        await notes.EnsureCollectionExistsAsync(Cancellation);
        await notes.UpsertAsync(new Note { Key = "1", Text = "abc" }, Cancellation);

        store.GetService(typeof(HashDbConnection)).ShouldBe(Connection);
        ((VectorStoreMetadata)store.GetService(typeof(VectorStoreMetadata))!).VectorStoreSystemName.ShouldBe("hashdb");
        ((VectorStoreCollectionMetadata)notes.GetService(typeof(VectorStoreCollectionMetadata))!).CollectionName.ShouldBe("notes");
        (await notes.GetAsync("1", null, Cancellation)).ShouldNotBeNull();
    }

    private async Task<VectorStoreCollection<string, Document>> DocumentsAsync(int count)
    {
        VectorStoreCollection<string, Document> docs = Store.GetCollection<string, Document>("docs");
        await docs.EnsureCollectionExistsAsync(Cancellation);
        if (count > 0)
            await docs.UpsertAsync(Documents(count), Cancellation);
        return docs;
    }

    private static Document[] Documents(int count) =>
    [
        .. Enumerable.Range(0, count).Select(i => new Document
        {
            Key = $"doc-{i}", Title = $"Title {i}", Year = 2000 + (i % 10), Tags = [i % 2 == 0 ? "even" : "odd"], Vector = Vector(i),
        }),
    ];

    private static ReadOnlyMemory<float> Vector(int number)
    {
        var random = new Random(number);
        return new float[] { random.NextSingle() - .5f, random.NextSingle() - .5f, random.NextSingle(), random.NextSingle() };
    }

    private static double Expected(string function, float[] x, float[] y)
    {
        double dot = x.Zip(y, (a, b) => (double)a * b).Sum();
        double cosine = dot / Math.Sqrt(x.Sum(a => (double)a * a) * y.Sum(b => (double)b * b));
        double squared = x.Zip(y, (a, b) => Math.Pow(a - b, 2)).Sum();
        return function switch
        {
            DistanceFunction.CosineSimilarity => cosine,
            DistanceFunction.CosineDistance => 1 - cosine,
            DistanceFunction.EuclideanDistance => Math.Sqrt(squared),
            DistanceFunction.EuclideanSquaredDistance => squared,
            DistanceFunction.DotProductSimilarity => dot,
            _ => -dot,
        };
    }
}
