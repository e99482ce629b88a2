using HashDb.Client.Tests.Support;
using HashDb.Storage;

namespace HashDb.Client.Tests;

// On a medium that is mounted read-only a database could neither be searched nor verified.
public sealed class ReadOnlyMediaTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public async Task Database_on_a_read_only_medium_is_searched_and_verified(bool hasLock, bool isKilled)
    {
        using SmallDisk disk = SmallDisk.MountOrSkip(64);
        using var directory = new TemporaryDirectory();
        string path = Path.Combine(disk.Path, "database");
        await using (HashDbConnection writer = await HashDbClient.OpenAsync(directory["database"], null, Cancellation))
        {
            HashDbCollection collection = await writer.CreateCollectionAsync("items", Data.Options(), Cancellation);
            await collection.InsertAsync(Data.Records(0, 100), null, Cancellation);
            await collection.Maintenance.CheckpointAsync(Cancellation);
            await collection.InsertAsync(Data.Records(100, 100), null, Cancellation);
            await collection.DeleteAsync([new VectorId(7)], null, Cancellation);
            if (!isKilled)
                await writer.DisposeAsync();
            Copy(directory["database"], path);
        }
        if (!hasLock)
            File.Delete(Path.Combine(path, "LOCK"));
        disk.MakeReadOnly();

        HashDbException refused = await Should.ThrowAsync<HashDbException>(() => HashDbClient.OpenAsync(path, null, Cancellation));
        refused.Code.ShouldBe(HashDbErrorCode.AccessDenied);
        refused.Message.ShouldContain("--read-only");

        var options = new HashDbClientOptions { Database = new DatabaseOptions { ReadOnly = true } };
        await using (HashDbConnection client = await HashDbClient.OpenAsync(path, options, Cancellation))
        {
            await using HashDbConnection beside = await HashDbClient.OpenAsync(path, options, Cancellation);
            HashDbCollection collection = await client.GetCollectionAsync("items", Cancellation);
            (await collection.GetStatisticsAsync(Cancellation)).Count.ShouldBe(199);
            (await collection.GetAsync([new VectorId(7)], Cancellation)).ShouldBe([null]);
            Data.ShouldBeSame((await collection.GetAsync([new VectorId(150)], Cancellation))[0], Data.Record(150));
            (await collection.SearchAsync(Data.Vector(150), null, Cancellation)).Hits[0].Id.ShouldBe(new VectorId(150));
            (await Should.ThrowAsync<HashDbException>(() => collection.InsertAsync(Data.Records(900, 1), null, Cancellation)))
                .Code.ShouldBe(HashDbErrorCode.ReadOnly);
        }

        VerificationReport report = await HashDatabase.VerifyAsync(path, null, null, Cancellation);
        (report.IsSound, report.RowsChecked).ShouldBe((true, isKilled ? 100 : 199));
        disk.MakeWritable();
    }

    private static void Copy(string from, string to)
    {
        foreach (string folder in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories).Prepend(from))
            Directory.CreateDirectory(folder.Replace(from, to, StringComparison.Ordinal));
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            using var written = new FileStream(file.Replace(from, to, StringComparison.Ordinal), FileMode.CreateNew);
            if (Path.GetFileName(file) == "LOCK")
                continue;
            using var read = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            read.CopyTo(written);
        }
    }
}
