using HashDb.Client.Tests.Support;
using HashDb.Models;

namespace HashDb.Client.Tests;

public abstract partial class ClientContract
{
    [Fact]
    public async Task Insert_of_a_wrong_length_names_both_lengths_and_stores_nothing()
    {
        HashDbCollection collection = await CreateAsync("items", Data.Records(0, 5));
        VectorRecord[] batch = [Data.Record(5), new VectorRecord { Id = new VectorId(6), Vector = new float[Data.Dimensions + 1] }];

        ArgumentException error =
            await Should.ThrowAsync<ArgumentException>(() => collection.InsertAsync(batch, cancellationToken: Cancellation));

        error.Message.ShouldContain($"{Data.Dimensions + 1}");
        error.Message.ShouldContain($"{Data.Dimensions}");
        await ShouldHoldAsync(collection, Data.Records(0, 5));
    }

    // A number that is no strategy was taken for the automatic one and echoed in the statistics.
    [Theory]
    [InlineData(-1)]
    [InlineData(9)]
    public async Task Query_with_an_unknown_strategy_is_refused_and_names_it(int strategy)
    {
        HashDbCollection collection = await CreateAsync("items", Data.Records(0, 5));
        var probe = new ProbeOptions { Radius = 2, Strategy = (ProbeStrategy)strategy };
        var search = new SearchOptions { Strategy = (ProbeStrategy)strategy };
        ReadOnlyMemory<float> query = Data.Vector(1);

        Func<Task>[] calls =
        [
            () => collection.ProbeAsync(query, probe, Cancellation),
            () => collection.ProbeBatchAsync(query, probe, Cancellation),
            () => collection.SearchAsync(query, search, Cancellation),
            () => collection.SearchBatchAsync(query, search, Cancellation),
        ];

        foreach (Func<Task> call in calls)
        {
            ArgumentOutOfRangeException error = await Should.ThrowAsync<ArgumentOutOfRangeException>(call);
            error.ParamName.ShouldBe("Strategy");
            error.Message.ShouldContain($"{strategy}");
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public async Task Insert_of_a_value_that_is_not_finite_names_the_record_and_stores_nothing(float value)
    {
        HashDbCollection collection = await CreateAsync("items", Data.Records(0, 5), DistanceMetric.Euclidean);
        float[] vector = Data.Vector(1);
        vector[3] = value;
        VectorRecord[] batch = [Data.Record(5), new VectorRecord { Id = new VectorId(4711), Vector = vector }];

        ArgumentException insert =
            await Should.ThrowAsync<ArgumentException>(() => collection.InsertAsync(batch, cancellationToken: Cancellation));
        await Should.ThrowAsync<ArgumentException>(() => collection.UpsertAsync(batch, cancellationToken: Cancellation));

        insert.Message.ShouldContain("4711");
        await ShouldHoldAsync(collection, Data.Records(0, 5));
    }

    [Fact]
    public async Task Insert_of_a_zero_vector_names_the_record_and_stores_nothing()
    {
        HashDbCollection collection = await CreateAsync("items", Data.Records(0, 5));
        VectorRecord[] batch = [Data.Record(5), new VectorRecord { Id = new VectorId(4711), Vector = new float[Data.Dimensions] }];

        ArgumentException error =
            await Should.ThrowAsync<ArgumentException>(() => collection.InsertAsync(batch, cancellationToken: Cancellation));

        error.Message.ShouldContain("4711");
        await ShouldHoldAsync(collection, Data.Records(0, 5));
    }

    [Fact]
    public async Task Insert_of_a_zero_vector_is_refused_for_cosine_even_when_the_model_would_take_it()
    {
        IHashModel raw = Data.Model(order: PreprocessingOrder.None);
        HashDbCollection cosine =
            await Client.CreateCollectionAsync("cosine", new CollectionOptions(raw, DistanceMetric.Cosine), Cancellation);
        HashDbCollection euclidean =
            await Client.CreateCollectionAsync("euclidean", new CollectionOptions(raw, DistanceMetric.Euclidean), Cancellation);
        VectorRecord zero = new() { Id = new VectorId(1), Vector = new float[Data.Dimensions] };

        await Should.ThrowAsync<ArgumentException>(() => cosine.InsertAsync(zero, Cancellation));
        await euclidean.InsertAsync(zero, Cancellation);

        (await cosine.GetStatisticsAsync(Cancellation)).Count.ShouldBe(0);
        Data.ShouldBeSame(await euclidean.GetAsync(new VectorId(1), Cancellation), zero);
    }

    [Fact]
    public async Task Insert_of_a_stored_id_names_it_and_stores_nothing_of_the_batch()
    {
        HashDbCollection collection = await CreateAsync("items", Data.Records(0, 20));

        HashDbException error = await Should.ThrowAsync<HashDbException>(
            () => collection.InsertAsync([Data.Record(20), Data.Record(13, 1), Data.Record(21)], cancellationToken: Cancellation));

        error.Code.ShouldBe(HashDbErrorCode.DuplicateId);
        error.Message.ShouldContain("13");
        await ShouldHoldAsync(collection, Data.Records(0, 20));
    }

    [Fact]
    public async Task Insert_of_one_id_twice_names_it_and_stores_nothing()
    {
        HashDbCollection collection = await CreateAsync("items", []);

        HashDbException error = await Should.ThrowAsync<HashDbException>(
            () => collection.InsertAsync([Data.Record(1), Data.Record(4711), Data.Record(4711)], cancellationToken: Cancellation));

        error.Code.ShouldBe(HashDbErrorCode.DuplicateId);
        error.Message.ShouldContain("4711");
        await ShouldHoldAsync(collection, []);
    }

    // Files with a label below 0, above the limit or twice in a row were refused, but programs could store them, and the trainers then
    // met labels that no file can hold.
    [Theory]
    [InlineData("-1", 3, -1)]
    [InlineData("2147483647", 0, int.MaxValue)]
    [InlineData("7 twice", 7, 1, 7)]
    [InlineData("7 twice", 7, 7)]
    public async Task Label_that_no_file_may_hold_is_refused_with_its_record_and_nothing_is_stored(string named, params int[] labels)
    {
        HashDbCollection collection = await CreateAsync("items", Data.Records(0, 5));
        VectorRecord[] batch = [Data.Record(5), Data.Record(4711).With(labels: labels)];
        LabelledVector[] items = [new LabelledVector { Vector = Data.Vector(1), Labels = labels }];

        foreach (Func<Task> write in (Func<Task>[])
            [
                () => collection.InsertAsync(batch, cancellationToken: Cancellation),
                () => collection.UpsertAsync(batch, cancellationToken: Cancellation),
            ])
        {
            ArgumentException error = await Should.ThrowAsync<ArgumentException>(write);
            error.Message.ShouldContain(named);
            error.Message.ShouldContain("4711");
        }

        (await Should.ThrowAsync<ArgumentException>(
            () => collection.Learning.LearnAsync(items, cancellationToken: Cancellation))).Message.ShouldContain(named);
        await ShouldHoldAsync(collection, Data.Records(0, 5));
    }

    [Fact]
    public async Task Labels_at_the_limits_and_in_any_order_are_stored_as_they_are()
    {
        HashDbCollection collection = await CreateAsync("items", []);
        VectorRecord record = Data.Record(1).With(labels: new[] { StorageLimits.MaxLabel, 0, 5 });

        await collection.InsertAsync(record, Cancellation);

        Data.ShouldBeSame(await collection.GetAsync(new VectorId(1), Cancellation), record);
    }

    [Fact]
    public async Task Writes_over_a_limit_name_it_and_store_nothing()
    {
        HashDbCollection collection = await CreateAsync("items", []);
        VectorRecord tooManyLabels = Data.Record(1).With(labels: new int[StorageLimits.MaxLabelCount + 1]);
        VectorRecord tooLargePayload = Data.Record(2).With(payload: new byte[StorageLimits.MaxPayloadBytes + 1]);
        VectorRecord noMap = Data.Record(3).With(payload: new byte[] { 0x01 });
        VectorRecord[] tooMany = [.. Enumerable.Repeat(Data.Record(4), StorageLimits.MaxBatchRecords + 1)];

        (await Should.ThrowAsync<ArgumentException>(
            () => collection.InsertAsync(tooManyLabels, Cancellation))).Message.ShouldContain($"{StorageLimits.MaxLabelCount}");
        (await Should.ThrowAsync<ArgumentException>(
            () => collection.InsertAsync(tooLargePayload, Cancellation))).Message.ShouldContain($"{StorageLimits.MaxPayloadBytes}");
        await Should.ThrowAsync<ArgumentException>(() => collection.InsertAsync(noMap, Cancellation));
        (await Should.ThrowAsync<ArgumentException>(
            () => collection.InsertAsync(tooMany, cancellationToken: Cancellation))).Message.ShouldContain(
                $"{StorageLimits.MaxBatchRecords}");
        await ShouldHoldAsync(collection, []);
    }

    [Fact]
    public async Task Query_that_is_wrong_names_what_is_wrong()
    {
        HashDbCollection collection = await CreateAsync("items", Data.Records(0, 5));
        float[] notFinite = Data.Vector(1);
        notFinite[0] = float.NaN;

        ArgumentException length =
            await Should.ThrowAsync<ArgumentException>(() => collection.SearchAsync(new float[Data.Dimensions - 1], null, Cancellation));
        length.Message.ShouldContain($"{Data.Dimensions - 1}");
        length.Message.ShouldContain($"{Data.Dimensions}");
        await Should.ThrowAsync<ArgumentException>(() => collection.SearchAsync(notFinite, null, Cancellation));
        await Should.ThrowAsync<ArgumentException>(() => collection.SearchAsync(new float[Data.Dimensions], null, Cancellation));
        await Should.ThrowAsync<ArgumentException>(() => collection.SearchBatchAsync(new float[Data.Dimensions + 1], null, Cancellation));
        await Should.ThrowAsync<ArgumentException>(() => collection.ProbeAsync(notFinite, new ProbeOptions { Radius = 1 }, Cancellation));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(
            () => collection.ProbeAsync(Data.Vector(1), new ProbeOptions { Radius = -1 }, Cancellation));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(
            () => collection.SearchAsync(Data.Vector(1), new SearchOptions { Top = 0 }, Cancellation));
        await Should.ThrowAsync<ArgumentException>(
            () => collection.SearchAsync(Data.Vector(1), new SearchOptions { Radius = 1, CandidateLimit = 5 }, Cancellation));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => collection.GetLargestBucketsAsync(0, Cancellation));
    }

    [Fact]
    public async Task Collection_unknown_is_named_together_with_those_there_are()
    {
        await CreateAsync("pictures", []);

        HashDbException get = await Should.ThrowAsync<HashDbException>(() => Client.GetCollectionAsync("pictuers", Cancellation));
        HashDbException drop = await Should.ThrowAsync<HashDbException>(() => Client.DropCollectionAsync("pictuers", Cancellation));

        get.Code.ShouldBe(HashDbErrorCode.CollectionNotFound);
        get.Message.ShouldContain("pictuers");
        get.Message.ShouldContain("pictures");
        drop.Code.ShouldBe(HashDbErrorCode.CollectionNotFound);
    }

    [Fact]
    public async Task CreateCollection_of_a_taken_name_names_it_and_keeps_the_collection()
    {
        HashDbCollection collection = await CreateAsync("items", Data.Records(0, 5));

        HashDbException error =
            await Should.ThrowAsync<HashDbException>(() => Client.CreateCollectionAsync("items", Data.Options(), Cancellation));

        error.Code.ShouldBe(HashDbErrorCode.CollectionExists);
        error.Message.ShouldContain("items");
        await ShouldHoldAsync(collection, Data.Records(0, 5));
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("line\nbreak")]
    public async Task CreateCollection_of_a_name_that_is_no_folder_name_is_refused(string name)
    {
        await Should.ThrowAsync<ArgumentException>(() => Client.CreateCollectionAsync(name, Data.Options(), Cancellation));
        await Should.ThrowAsync<ArgumentException>(
            () => Client.CreateCollectionAsync(new string('a', StorageLimits.MaxCollectionNameLength + 1), Data.Options(), Cancellation));
        (await Client.ListCollectionsAsync(Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Operation_cancelled_before_it_begins_does_nothing()
    {
        HashDbCollection collection = await CreateAsync("items", Data.Records(0, 5));
        var cancelled = new CancellationToken(canceled: true);

        await Should.ThrowAsync<OperationCanceledException>(() => collection.InsertAsync(Data.Records(5, 5), cancellationToken: cancelled));
        await Should.ThrowAsync<OperationCanceledException>(() => collection.SearchAsync(Data.Vector(1), null, cancelled));
        await Should.ThrowAsync<OperationCanceledException>(() => collection.SearchBatchAsync(Data.Vector(1), null, cancelled));
        await Should.ThrowAsync<OperationCanceledException>(() => Client.BackupAsync(_directory["never"], cancelled));

        await ShouldHoldAsync(collection, Data.Records(0, 5));
    }

    [Fact]
    public async Task Backup_into_a_directory_that_is_in_use_is_refused()
    {
        await CreateAsync("items", Data.Records(0, 5));
        string target = _directory["taken"];
        Directory.CreateDirectory(target);
        string precious = Path.Combine(target, "precious.txt");
        await File.WriteAllTextAsync(precious, "mine", Cancellation);

        Exception error = await Should.ThrowAsync<Exception>(() => Client.BackupAsync(target, Cancellation));

        error.Message.ShouldContain(target);
        (await File.ReadAllTextAsync(precious, Cancellation)).ShouldBe("mine");
        Directory.GetFileSystemEntries(target).ShouldBe([precious]);
    }

    protected static async Task ShouldHoldAsync(HashDbCollection collection, IReadOnlyList<VectorRecord> records)
    {
        (await collection.GetStatisticsAsync(Cancellation)).Count.ShouldBe(records.Count);
        IReadOnlyList<VectorRecord?> found = await collection.GetAsync([.. records.Select(record => record.Id)], Cancellation);
        for (int i = 0; i < records.Count; i++)
            Data.ShouldBeSame(found[i], records[i]);
        SearchResult everything = await collection.SearchAsync(
            Data.Vector(1), new SearchOptions { Top = Math.Max(1, records.Count), Radius = Hashcode.MaxBitCount }, Cancellation);
        everything.Hits.Select(hit => hit.Id).Order().ShouldBe(records.Select(record => record.Id).Order());
    }
}
