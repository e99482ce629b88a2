using HashDb.Storage.Files;
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Engine;

public sealed class RecordBatchTests
{
    private const int Dimensions = 4;

    private static readonly byte[] EmptyMap = [0x80];

    [Fact]
    public async Task Records_as_columns_and_as_a_list_give_the_same_log_and_the_same_records()
    {
        using var directory = new TemporaryDirectory();
        VectorRecord[] records = [.. Samples.Records(1, 10, 5, Dimensions).Select((record, i) => new VectorRecord
        {
            Id = record.Id,
            Vector = record.Vector,
            Labels = Enumerable.Range(100, i % 3).ToArray(),
            Payload = i % 2 == 0 ? EmptyMap : default,
        })];
        var columns = new RecordBatch
        {
            Ids = records.Select(record => record.Id).ToArray(),
            Vectors = records.SelectMany(record => record.Vector.ToArray()).ToArray(),
            LabelCounts = records.Select(record => record.Labels.Length).ToArray(),
            Labels = records.SelectMany(record => record.Labels.ToArray()).ToArray(),
            PayloadLengths = records.Select(record => record.Payload.Length).ToArray(),
            Payloads = records.SelectMany(record => record.Payload.ToArray()).ToArray(),
        };
        await using HashDatabase listed = await HashDatabase.OpenAsync(directory.Of("listed"));
        await using HashDatabase columned = await HashDatabase.OpenAsync(directory.Of("columned"));
        Collection fromList = await CreateAsync(listed);
        Collection fromColumns = await CreateAsync(columned);

        await fromList.InsertAsync(records);
        await fromColumns.InsertAsync(columns);
        (await fromList.UpsertAsync(records)).ShouldBe(records.Length);
        (await fromColumns.UpsertAsync(columns)).ShouldBe(records.Length);

        byte[] log = FramesIn(directory.Of("listed"));
        log.Length.ShouldBeGreaterThan(2 * records.Length * Dimensions * sizeof(float));
        FramesIn(directory.Of("columned")).ShouldBe(log);
        foreach (VectorRecord record in records)
        {
            Answers.RecordShouldBe(fromList.Get(record.Id), record, "list");
            Answers.RecordShouldBe(fromColumns.Get(record.Id), record, "columns");
        }
    }

    [Theory]
    [InlineData(5, "Record 0 (id 1) has 5 dimensions; the collection has 4.")]
    [InlineData(3, "Record 0 (id 1) has 3 dimensions; the collection has 4.")]
    public async Task Vectors_of_another_length_are_refused(int length, string text) =>
        await ShouldBeRefusedAsync(new RecordBatch { Ids = Ids(2), Vectors = Ones(2 * length) }, text);

    [Fact]
    public async Task Vectors_that_are_not_whole_are_refused() =>
        await ShouldBeRefusedAsync(
            new RecordBatch { Ids = Ids(2), Vectors = Ones(2 * Dimensions + 1) }, "A batch of 2 records has 9 values");

    [Fact]
    public async Task Label_counts_of_another_number_of_records_are_refused() =>
        await ShouldBeRefusedAsync(Batch(labelCounts: [1], labels: [7]), "A batch of 2 records says of 1 how many labels they have.");

    [Fact]
    public async Task Negative_label_count_is_refused() =>
        await ShouldBeRefusedAsync(Batch(labelCounts: [-1, 2], labels: [7]), "A record of a batch has -1 labels");

    [Fact]
    public async Task Labels_without_counts_are_refused() =>
        await ShouldBeRefusedAsync(Batch(labelCounts: [], labels: [7]), "A batch says that its records have 0 labels; it has 1.");

    [Fact]
    public async Task Payload_lengths_beyond_the_payloads_are_refused() =>
        await ShouldBeRefusedAsync(
            Batch(payloadLengths: [1, 1], payloads: EmptyMap), "A batch says that its records have 2 bytes of payload; it has 1.");

    [Fact]
    public async Task List_with_one_vector_of_another_length_names_its_record()
    {
        VectorRecord[] records = Samples.Records(1, 4, 5, Dimensions);
        records[3] = new VectorRecord { Id = new VectorId(7), Vector = Ones(5) };
        using var directory = new TemporaryDirectory();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"));
        Collection collection = await CreateAsync(database);
        ArgumentException refused = await Should.ThrowAsync<ArgumentException>(() => collection.InsertAsync(records));
        refused.Message.ShouldStartWith("Record 3 (id 7) has 5 dimensions; the collection has 4.");
        collection.GetStatistics().Count.ShouldBe(0);
    }

    private static async Task ShouldBeRefusedAsync(RecordBatch batch, string text)
    {
        using var directory = new TemporaryDirectory();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"));
        Collection collection = await CreateAsync(database);
        (await Should.ThrowAsync<ArgumentException>(() => collection.InsertAsync(batch))).Message.ShouldStartWith(text);
        (await Should.ThrowAsync<ArgumentException>(() => collection.UpsertAsync(batch))).Message.ShouldStartWith(text);
        collection.GetStatistics().Count.ShouldBe(0);
    }

    private static async Task<Collection> CreateAsync(HashDatabase database) =>
        (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));

    private static RecordBatch Batch(
        int[]? labelCounts = null, int[]? labels = null, int[]? payloadLengths = null, byte[]? payloads = null) =>
        new()
        {
            Ids = Ids(2),
            Vectors = Ones(2 * Dimensions),
            LabelCounts = labelCounts,
            Labels = labels,
            PayloadLengths = payloadLengths,
            Payloads = payloads,
        };

    private static VectorId[] Ids(int count) => [.. Enumerable.Range(1, count).Select(id => new VectorId((ulong)id))];

    private static float[] Ones(int count) => [.. Enumerable.Repeat(1f, count)];

    /// <summary>All of the log but the headers of its files, which name the collection.</summary>
    private static byte[] FramesIn(string directory)
    {
        var frames = new MemoryStream();
        foreach (string path in Directory.EnumerateFiles(directory, "*.wal", SearchOption.AllDirectories).Order())
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            file.Position = FileHeader.Length;
            file.CopyTo(frames);
        }
        return frames.ToArray();
    }
}
