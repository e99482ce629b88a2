// The same calls on a database in this process and on one behind a server: results and exceptions must be the same, to the
// last bit of a distance and the last character of a message.
using System.Globalization;
using System.Text;
using HashDb.Client;
using HashDb.Client.Tests.Support;
using HashDb.Models;
using HashDb.Storage;

namespace HashDb.Server.Tests.Contract;

public sealed class SameAnswersTests : IAsyncLifetime
{
    private const string Collection = "items";

    private readonly TemporaryDirectory _directory = new();
    private HashDbConnection? _embedded;
    private ServedClient? _remote;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string EmbeddedPath => _directory["one"];

    private string ServedPath => _directory["two"];

    public async ValueTask InitializeAsync()
    {
        _embedded = await HashDbClient.OpenAsync(EmbeddedPath, null, Cancellation);
        _remote = await ServedClient.StartAsync(
            new HashDbServerOptions { DataDirectory = ServedPath, ListenAddress = "127.0.0.1:0", HttpAddress = HashDbServerOptions.Off },
            server => $"hashdb://{server.EndPoint}",
            new HashDbConnectionOptions(),
            Cancellation);
        foreach (HashDbConnection client in new[] { _embedded, _remote })
        {
            HashDbCollection items = await client.CreateCollectionAsync(Collection, Data.Options(tableCount: 2), Cancellation);
            await items.InsertAsync(Data.Records(0, 1_000), cancellationToken: Cancellation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _embedded!.DisposeAsync();
        await _remote!.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Queries_have_the_same_results_to_the_last_bit()
    {
        await ShouldBeSameAsync(
            "search", items => items.SearchAsync(Data.Vector(5_000), new SearchOptions { Top = 50 }, Cancellation), Describe);
        await ShouldBeSameAsync(
            "search by radius",
            items => items.SearchAsync(Data.Vector(5_001), new SearchOptions { Top = 500, Radius = 5 }, Cancellation),
            Describe);
        await ShouldBeSameAsync(
            "probe",
            items => items.ProbeAsync(Data.Vector(5_002), new ProbeOptions { Radius = 4, Strategy = ProbeStrategy.Scan }, Cancellation),
            Describe);
        float[] many = [.. Enumerable.Range(6_000, 100).SelectMany(Data.Vector)];
        await ShouldBeSameAsync(
            "search batch",
            items => items.SearchBatchAsync(many, new SearchOptions { Top = 7 }, Cancellation),
            results => string.Join('\n', results.Select(Describe)));
        await ShouldBeSameAsync(
            "probe batch",
            items => items.ProbeBatchAsync(many, new ProbeOptions { Radius = 3, Strategy = ProbeStrategy.Enumerate }, Cancellation),
            results => string.Join('\n', results.Select(Describe)));
        await ShouldBeSameAsync("buckets", items => items.GetLargestBucketsAsync(200, Cancellation), buckets => string.Join('\n', buckets));
        await ShouldBeSameAsync("describe", items => items.DescribeAsync(Cancellation), description => description.ToString());
        await ShouldBeSameAsync(
            "get",
            items => items.GetAsync([new VectorId(3), new VectorId(ulong.MaxValue), new VectorId(999)], Cancellation),
            records => string.Join('\n', records.Select(Describe)));
    }

    [Fact]
    public async Task Answers_of_many_frames_are_put_together_as_they_were()
    {
        const int count = 100_000;
        float[] vector = Data.Vector(77);
        foreach (HashDbConnection client in new[] { _embedded!, _remote! })
        {
            HashDbCollection items = await client.GetCollectionAsync(Collection, Cancellation);
            await items.ImportAsync(
                Data.Stream(Enumerable.Range(10_000,
                count).Select(id => new VectorRecord { Id = new VectorId((ulong)id), Vector = vector })),
                new ImportOptions { BatchSize = 10_000 }, null, Cancellation);
        }

        await ShouldBeSameAsync("probe", items => items.ProbeAsync(vector, new ProbeOptions { Radius = 0 }, Cancellation), Describe);
        float[] twice = [.. vector, .. Data.Vector(1), .. vector];
        await ShouldBeSameAsync(
            "probe batch",
            items => items.ProbeBatchAsync(twice, new ProbeOptions { Radius = 0 }, Cancellation),
            results => string.Join('\n', results.Select(Describe)));
        await ShouldBeSameAsync(
            "get",
            items =>
                items.GetAsync(
                    [.. Enumerable.Range(9_000, StorageLimits.MaxBatchRecords).Select(id => new VectorId((ulong)id))], Cancellation),
            records => string.Join('\n', records.Select(Describe)));
        HashDbCollection remote = await _remote!.GetCollectionAsync(Collection, Cancellation);
        (await remote.ProbeAsync(vector, new ProbeOptions { Radius = 0 }, Cancellation)).Hits.Count.ShouldBeGreaterThanOrEqualTo(count);
    }

    [Fact]
    public async Task Mistakes_have_the_same_exceptions_to_the_last_character()
    {
        float[] query = Data.Vector(1);
        float[] notFinite = [.. query];
        notFinite[2] = float.NaN;
        VectorRecord good = Data.Record(100_000);
        (string Name, Func<HashDbCollection, Task> Call)[] mistakes =
        [
            ("insert null", items => items.InsertAsync((IReadOnlyList<VectorRecord>)null!, cancellationToken: Cancellation)),
            ("insert of a null", items => items.InsertAsync([good, null!], cancellationToken: Cancellation)),
            ("insert of a stored id", items => items.InsertAsync([good, Data.Record(7)], cancellationToken: Cancellation)),
            ("insert of an id twice", items => items.InsertAsync([good, good], cancellationToken: Cancellation)),
            (
                "insert of another length",
                items => items.InsertAsync(
                    [good, new VectorRecord { Id = new VectorId(1), Vector = new float[3] }], cancellationToken: Cancellation)),
            (
                "insert of a zero vector",
                items => items.InsertAsync(
                    new VectorRecord { Id = new VectorId(200_000), Vector = new float[Data.Dimensions] }, Cancellation)),
            (
                "insert of no number",
                items => items.InsertAsync(new VectorRecord { Id = new VectorId(200_000), Vector = notFinite }, Cancellation)),
            (
                "insert of too many labels",
                items => items.InsertAsync(good.With(labels: new int[StorageLimits.MaxLabelCount + 1]), Cancellation)),
            (
                "insert of too long a payload",
                items => items.InsertAsync(good.With(payload: new byte[StorageLimits.MaxPayloadBytes + 1]), Cancellation)),
            ("insert of a payload that is none", items => items.InsertAsync(good.With(payload: new byte[] { 0xc1 }), Cancellation)),
            (
                "insert of too many",
                items => items.InsertAsync(
                    [.. Enumerable.Repeat(good, StorageLimits.MaxBatchRecords + 1)], cancellationToken: Cancellation)),
            ("upsert null", items => items.UpsertAsync((IReadOnlyList<VectorRecord>)null!, cancellationToken: Cancellation)),
            ("delete null", items => items.DeleteAsync((IReadOnlyList<VectorId>)null!, cancellationToken: Cancellation)),
            (
                "delete of too many",
                items => items.DeleteAsync(new VectorId[StorageLimits.MaxBatchRecords + 1], cancellationToken: Cancellation)),
            ("get null", items => items.GetAsync((IReadOnlyList<VectorId>)null!, Cancellation)),
            ("get of too many", items => items.GetAsync(new VectorId[StorageLimits.MaxBatchRecords + 1], Cancellation)),
            ("probe of another length", items => items.ProbeAsync(new float[5], new ProbeOptions { Radius = 1 }, Cancellation)),
            ("probe of no number", items => items.ProbeAsync(notFinite, new ProbeOptions { Radius = 1 }, Cancellation)),
            ("probe of a radius too small", items => items.ProbeAsync(query, new ProbeOptions { Radius = -1 }, Cancellation)),
            (
                "probe of a radius too large",
                items => items.ProbeAsync(query, new ProbeOptions { Radius = Hashcode.MaxBitCount + 1 }, Cancellation)),
            (
                "probe batch of another length",
                items => items.ProbeBatchAsync(new float[Data.Dimensions + 1], new ProbeOptions { Radius = 1 }, Cancellation)),
            ("search of another length", items => items.SearchAsync(ReadOnlyMemory<float>.Empty, null, Cancellation)),
            ("search of a zero vector", items => items.SearchAsync(new float[Data.Dimensions], null, Cancellation)),
            ("search for none", items => items.SearchAsync(query, new SearchOptions { Top = 0 }, Cancellation)),
            ("search for too many", items => items.SearchAsync(query, new SearchOptions { Top = StorageLimits.MaxTop + 1 }, Cancellation)),
            ("search by two limits", items => items.SearchAsync(query, new SearchOptions { Radius = 1, CandidateLimit = 1 }, Cancellation)),
            ("search of no candidates", items => items.SearchAsync(query, new SearchOptions { CandidateLimit = 0 }, Cancellation)),
            (
                "search batch of no number",
                items => items.SearchBatchAsync(new[] { query, notFinite }.SelectMany(one => one).ToArray(), null, Cancellation)),
            (
                "search batch of too many",
                items => items.SearchBatchAsync(new float[Data.Dimensions * (StorageLimits.MaxQueryBatch + 1)], null, Cancellation)),
            ("no buckets", items => items.GetLargestBucketsAsync(0, Cancellation)),
            ("too many buckets", items => items.GetLargestBucketsAsync(StorageLimits.MaxTop + 1, Cancellation)),
            ("figures too often", items => Task.FromResult(items.WatchStatisticsAsync(TimeSpan.Zero, Cancellation))),
            ("import null", items => items.ImportAsync(null!, null, null, Cancellation)),
            ("import in no batches", items => items.ImportAsync(Data.Stream([]), new ImportOptions { BatchSize = 0 }, null, Cancellation)),
            ("import of a stored id", items => items.ImportAsync(Data.Stream([good, Data.Record(7)]), null, null, Cancellation)),
            (
                "import of a zero vector",
                items => items.ImportAsync(
                    Data.Stream(
                        [new VectorRecord { Id = new VectorId(5), Vector = new float[Data.Dimensions] }]), null, null, Cancellation)),
            ("import of a null", items => items.ImportAsync(Data.Stream([null!]), null, null, Cancellation)),
        ];
        var differences = new List<string>();
        HashDbCollection one = await _embedded!.GetCollectionAsync(Collection, Cancellation);
        HashDbCollection two = await _remote!.GetCollectionAsync(Collection, Cancellation);
        foreach ((string name, Func<HashDbCollection, Task> call) in mistakes)
            Compare(differences, name, await CatchAsync(() => call(one)), await CatchAsync(() => call(two)));

        differences.ShouldBeEmpty();
    }

    [Fact]
    public async Task Mistakes_about_databases_have_the_same_exceptions_to_the_last_character()
    {
        (string Name, Func<HashDbConnection, Task> Call)[] mistakes =
        [
            ("create null", client => client.CreateCollectionAsync(null!, Data.Options(), Cancellation)),
            ("create without options", client => client.CreateCollectionAsync("a", null!, Cancellation)),
            ("create without a model", client => client.CreateCollectionAsync("a", new CollectionOptions(null!), Cancellation)),
            ("create of another metric", client => client.CreateCollectionAsync("a", Data.Options((DistanceMetric)9), Cancellation)),
            ("create of a name that is none", client => client.CreateCollectionAsync("../up", Data.Options(), Cancellation)),
            ("create of an empty name", client => client.CreateCollectionAsync("", Data.Options(), Cancellation)),
            ("create of a long name", client => client.CreateCollectionAsync(new string('n', 100_000), Data.Options(), Cancellation)),
            ("create of a broken name", client => client.CreateCollectionAsync("\ud800", Data.Options(), Cancellation)),
            ("create of a taken name", client => client.CreateCollectionAsync(Collection, Data.Options(), Cancellation)),
            (
                "create of a taken name in capitals",
                client => client.CreateCollectionAsync(Collection.ToUpperInvariant(), Data.Options(), Cancellation)),
            ("get null", client => client.GetCollectionAsync(null!, Cancellation)),
            ("get of none", client => client.GetCollectionAsync("nothing", Cancellation)),
            ("get of an empty name", client => client.GetCollectionAsync("", Cancellation)),
            ("drop null", client => client.DropCollectionAsync(null!, Cancellation)),
            ("drop of none", client => client.DropCollectionAsync("nothing", Cancellation)),
            ("backup to null", client => client.BackupAsync(null!, Cancellation)),
            ("backup to nowhere", client => client.BackupAsync(" ", Cancellation)),
            ("backup to a place that is taken", client => client.BackupAsync(_directory.Path, Cancellation)),
        ];
        var differences = new List<string>();
        foreach ((string name, Func<HashDbConnection, Task> call) in mistakes)
            Compare(differences, name, await CatchAsync(() => call(_embedded!)), await CatchAsync(() => call(_remote!)));

        differences.ShouldBeEmpty();
    }

    private async Task ShouldBeSameAsync<T>(string name, Func<HashDbCollection, Task<T>> call, Func<T, string> describe)
    {
        string one = describe(await call(await _embedded!.GetCollectionAsync(Collection, Cancellation)));
        string two = describe(await call(await _remote!.GetCollectionAsync(Collection, Cancellation)));
        one.ShouldNotBeEmpty();
        two.ShouldBe(one, name);
    }

    private void Compare(List<string> differences, string name, Exception? one, Exception? two)
    {
        if (one is null)
            differences.Add($"{name}: no mistake");
        else if (Describe(one) is var first && Describe(two) is var second && first != second)
            differences.Add($"{name}:\n  in process: {first}\n  over TCP:   {second}");
    }

    private string Describe(Exception? error) => error is null
        ? "nothing"
        : string.Join(
            " | ",
            error.GetType().Name,
            (error as HashDbException)?.Code,
            (error as HashDbException)?.IsTransient,
            (error as ArgumentException)?.ParamName,
            error.Message.Replace(EmbeddedPath, "DB", StringComparison.Ordinal).Replace(ServedPath, "DB", StringComparison.Ordinal),
            error is ImportException ? Describe(error.InnerException) : "");

    private static string Describe(SearchResult result) =>
        Describe(result.Statistics, result.Hits.Select(hit => $"{hit.Id}:{BitConverter.SingleToInt32Bits(hit.Distance):x8}"));

    private static string Describe(ProbeResult result) =>
        Describe(result.Statistics, result.Hits.Select(hit => $"{hit.Id}:{hit.Distance}"));

    private static string Describe(SearchStatistics statistics, IEnumerable<string> hits) =>
        $"{statistics with { Elapsed = default }}\n{string.Join(' ', hits)}";

    private static string Describe(VectorRecord? record)
    {
        if (record is null)
            return "none";
        var text = new StringBuilder(record.Id.ToString());
        foreach (float value in record.Vector.Span)
            text.Append(CultureInfo.InvariantCulture, $" {BitConverter.SingleToInt32Bits(value):x8}");
        foreach (int label in record.Labels.Span)
            text.Append(CultureInfo.InvariantCulture, $" {label}");
        return text.Append(Convert.ToHexString(record.Payload.Span)).ToString();
    }

    private static async Task<Exception?> CatchAsync(Func<Task> call)
    {
        try
        {
            await call();
            return null;
        }
        catch (Exception error)
        {
            return error;
        }
    }
}
