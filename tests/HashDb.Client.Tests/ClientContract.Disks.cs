using HashDb.Client.Tests.Support;
using HashDb.Storage;

namespace HashDb.Client.Tests;

public abstract partial class ClientContract
{
    [Fact]
    public async Task Open_of_a_database_that_is_open_names_the_directory_and_harms_nothing()
    {
        HashDbCollection collection = await CreateAsync("items", Data.Records(0, 10));

        HashDbException error = await Should.ThrowAsync<HashDbException>(() => OpenAsync(DatabasePath, new DatabaseOptions()));

        error.Code.ShouldBe(HashDbErrorCode.DatabaseLocked);
        error.Message.ShouldContain(DatabasePath);
        await collection.InsertAsync(Data.Records(10, 10), cancellationToken: Cancellation);
        await ShouldHoldAsync(collection, Data.Records(0, 20));
    }

    [Fact]
    public async Task Open_of_a_directory_without_a_database_names_it_and_makes_none()
    {
        string path = _directory["nothing"];

        HashDbException error =
            await Should.ThrowAsync<HashDbException>(() => OpenAsync(path, new DatabaseOptions { CreateIfMissing = false }));

        error.Code.ShouldBe(HashDbErrorCode.DatabaseNotFound);
        error.Message.ShouldContain(path);
        Directory.Exists(path).ShouldBeFalse();
    }

    [Fact]
    public async Task Open_on_a_read_only_disk_names_the_directory_and_loses_nothing()
    {
        using SmallDisk disk = SmallDisk.MountOrSkip(256);
        string path = Path.Combine(disk.Path, "database");
        await using (HashDbConnection client = await OpenAsync(path, new DatabaseOptions()))
        {
            HashDbCollection items = await client.CreateCollectionAsync("items", Data.Options(), Cancellation);
            await items.InsertAsync(Data.Records(0, 50), cancellationToken: Cancellation);
        }

        disk.MakeReadOnly();
        HashDbException error = await Should.ThrowAsync<HashDbException>(() => OpenAsync(path, new DatabaseOptions()));
        disk.MakeWritable();

        error.Code.ShouldBe(HashDbErrorCode.AccessDenied);
        error.Message.ShouldContain(path);
        await using HashDbConnection again = await OpenAsync(path, new DatabaseOptions { CreateIfMissing = false });
        await ShouldHoldAsync(await again.GetCollectionAsync("items", Cancellation), Data.Records(0, 50));
    }

    [Fact]
    public async Task Insert_on_a_full_disk_is_refused_whole_and_works_again_when_there_is_space()
    {
        using SmallDisk disk = SmallDisk.MountOrSkip(24);
        string path = Path.Combine(disk.Path, "database");
        int acknowledged = 0;
        await using (HashDbConnection client = await OpenAsync(path, new DatabaseOptions()))
        {
            HashDbCollection items = await client.CreateCollectionAsync("items", Data.Options(), Cancellation);
            HashDbException? full = null;
            while (full is null && acknowledged < 1_000_000)
            {
                try
                {
                    await items.InsertAsync(Data.Records(acknowledged, 1_000), cancellationToken: Cancellation);
                    acknowledged += 1_000;
                }
                catch (HashDbException error)
                {
                    full = error;
                }
            }

            full.ShouldNotBeNull();
            full.Code.ShouldBe(HashDbErrorCode.DiskFull);
            (await items.GetStatisticsAsync(Cancellation)).Count.ShouldBe(acknowledged);
            (await items.GetAsync(new VectorId((ulong)acknowledged), Cancellation)).ShouldBeNull();
            (await items.SearchAsync(Data.Vector(0), new SearchOptions { Top = 1 }, Cancellation)).Hits[0].Id.ShouldBe(new VectorId(0));

            disk.Resize(512);
            await items.InsertAsync(Data.Records(acknowledged, 1_000), cancellationToken: Cancellation);
            acknowledged += 1_000;
        }

        await using HashDbConnection again = await OpenAsync(path, new DatabaseOptions { CreateIfMissing = false });
        HashDbCollection reopened = await again.GetCollectionAsync("items", Cancellation);
        (await reopened.GetStatisticsAsync(Cancellation)).Count.ShouldBe(acknowledged);
        for (int first = 0; first < acknowledged; first += 1_000)
        {
            IReadOnlyList<VectorRecord?> found =
                await reopened.GetAsync([.. Data.Records(first, 1_000).Select(record => record.Id)], Cancellation);
            for (int i = 0; i < found.Count; i++)
                Data.ShouldBeSame(found[i], Data.Record(first + i));
        }
    }
}
