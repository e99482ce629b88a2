using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Engine;

public sealed class DatabaseTests
{
    private const int Dimensions = 8;

    [Fact]
    public async Task Collections_are_independent_and_survive_a_restart()
    {
        using var directory = new TemporaryDirectory();
        await using (HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db")))
        {
            Collection first =
                (Collection)await database.CreateCollectionAsync("first", new CollectionOptions(Samples.Model(Dimensions, 16)));
            Collection second =
                (Collection)await database.CreateCollectionAsync(
                    "second", new CollectionOptions(Samples.Model(4, 24, 2), DistanceMetric.Euclidean));
            await first.InsertAsync(Samples.Records(1, 0, 10, Dimensions));
            await second.InsertAsync(Samples.Records(2, 0, 20, 4));
        }
        await using HashDatabase again = await HashDatabase.OpenAsync(directory.Of("db"));
        again.CollectionNames.ShouldBe(["first", "second"]);
        again.GetCollection("first").GetStatistics().Count.ShouldBe(10);
        again.GetCollection("second").GetStatistics().Count.ShouldBe(20);
        again.GetCollection("second").Description.Metric.ShouldBe(DistanceMetric.Euclidean);
        again.GetCollection("second").Description.TableCount.ShouldBe(2);
    }

    [Fact]
    public async Task Dropped_collection_is_gone_and_its_name_is_free()
    {
        using var directory = new TemporaryDirectory();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"));
        Collection old = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
        await old.InsertAsync(Samples.Records(1, 0, 10, Dimensions));
        await database.DropCollectionAsync("c");
        database.CollectionNames.ShouldBeEmpty();
        Directory.GetDirectories(directory.Of("db/collections")).ShouldBeEmpty();
        (await Should.ThrowAsync<HashDbException>(
            () => old.InsertAsync(Samples.Records(1, 50, 1, Dimensions)))).Code.ShouldBe(HashDbErrorCode.Closed);
        Should.Throw<HashDbException>(() => old.Get(new VectorId(1))).Code.ShouldBe(HashDbErrorCode.Closed);
        Collection fresh = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
        fresh.GetStatistics().Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData(".hidden")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("line\n")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public async Task Collection_names_that_could_leave_the_folder_are_refused(string name)
    {
        using var directory = new TemporaryDirectory();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"));
        await Should.ThrowAsync<ArgumentException>(
            () => database.CreateCollectionAsync(name, new CollectionOptions(Samples.Model(Dimensions, 16))));
    }

    [Fact]
    public async Task Names_that_differ_in_case_alone_are_the_same_name()
    {
        using var directory = new TemporaryDirectory();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"));
        await database.CreateCollectionAsync("Images", new CollectionOptions(Samples.Model(Dimensions, 16)));
        HashDbException exception = await Should.ThrowAsync<HashDbException>(
            () => database.CreateCollectionAsync("images", new CollectionOptions(Samples.Model(Dimensions, 16))));
        exception.Code.ShouldBe(HashDbErrorCode.CollectionExists);
    }

    [Fact]
    public async Task A_folder_that_holds_something_else_is_not_taken()
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory.Of("thesis.txt"), "years of work");
        HashDbException exception = await Should.ThrowAsync<HashDbException>(() => HashDatabase.OpenAsync(directory.Path));
        exception.Code.ShouldBe(HashDbErrorCode.DatabaseNotFound);
        Directory.GetFileSystemEntries(directory.Path).Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_missing_database_is_not_made_when_that_is_not_wanted()
    {
        using var directory = new TemporaryDirectory();
        (await Should.ThrowAsync<HashDbException>(
            () => HashDatabase.OpenAsync(directory.Of("none"), new DatabaseOptions { CreateIfMissing = false })))
            .Code.ShouldBe(HashDbErrorCode.DatabaseNotFound);
        (await Should.ThrowAsync<HashDbException>(
            () => HashDatabase.VerifyAsync(directory.Of("none")))).Code.ShouldBe(HashDbErrorCode.DatabaseNotFound);
        (await Should.ThrowAsync<HashDbException>(
            () => HashDatabase.RepairAsync(directory.Of("none")))).Code.ShouldBe(HashDbErrorCode.DatabaseNotFound);
        Directory.Exists(directory.Of("none")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_second_open_is_refused_until_the_first_is_closed()
    {
        using var directory = new TemporaryDirectory();
        HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"));
        (await Should.ThrowAsync<HashDbException>(
            () => HashDatabase.OpenAsync(directory.Of("db")))).Code.ShouldBe(HashDbErrorCode.DatabaseLocked);
        (await Should.ThrowAsync<HashDbException>(
            () => HashDatabase.VerifyAsync(directory.Of("db")))).Code.ShouldBe(HashDbErrorCode.DatabaseLocked);
        await database.DisposeAsync();
        await (await HashDatabase.OpenAsync(directory.Of("db"))).DisposeAsync();
    }

    [Fact]
    public async Task A_refused_batch_leaves_nothing_behind()
    {
        using var directory = new TemporaryDirectory();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"));
        Collection collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
        await collection.InsertAsync(Samples.Records(1, 0, 3, Dimensions));
        VectorRecord[] batch = [.. Samples.Records(2, 10, 5, Dimensions), .. Samples.Records(2, 1, 1, Dimensions)];
        HashDbException exception = await Should.ThrowAsync<HashDbException>(() => collection.InsertAsync(batch));
        exception.Code.ShouldBe(HashDbErrorCode.DuplicateId);
        exception.Message.ShouldContain("Id 1 ");
        collection.GetStatistics().Count.ShouldBe(3);
        collection.GetStatistics().LastSequenceNumber.ShouldBe(3);
        collection.Get(new VectorId(10)).ShouldBeNull();
    }

    [Theory]
    [InlineData(DurabilityMode.Interval)]
    [InlineData(DurabilityMode.None)]
    public async Task Weaker_durability_still_survives_a_clean_close(DurabilityMode mode)
    {
        using var directory = new TemporaryDirectory();
        var options = new DatabaseOptions { Durability = mode, FlushInterval = TimeSpan.FromMilliseconds(20) };
        await using (HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"), options))
        {
            Collection collection =
                (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
            await collection.InsertAsync(Samples.Records(1, 0, 100, Dimensions));
            for (int wait = 0; mode == DurabilityMode.Interval && wait < 500
                && collection.GetStatistics().DurableSequenceNumber < 100; wait++)
                await Task.Delay(10);
            collection.GetStatistics().DurableSequenceNumber.ShouldBe(mode == DurabilityMode.Interval ? 100 : 0);
        }
        await using HashDatabase again = await HashDatabase.OpenAsync(directory.Of("db"), options);
        again.GetCollection("c").GetStatistics().Count.ShouldBe(100);
    }
}
