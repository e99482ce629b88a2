using HashDb.Client.Tests.Support;
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Engine;

public sealed class BackupTests
{
    private const int Dimensions = 8;

    [Fact]
    public async Task Backup_taken_during_writes_holds_a_prefix_of_them()
    {
        using var directory = new TemporaryDirectory();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"));
        Collection collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
        await collection.InsertAsync(Samples.Records(1, 0, 500, Dimensions));
        using var stop = new CancellationTokenSource();
        Task writer = Task.Run(async () =>
        {
            for (ulong id = 500; !stop.IsCancellationRequested; id++)
                await collection.InsertAsync([Samples.Records((int)id, id, 1, Dimensions)[0].With(payload: new byte[] { 0x80 })]);
        });
        await Task.Delay(50);
        await database.BackupAsync(directory.Of("copy"));
        await stop.CancelAsync();
        await writer;

        (await HashDatabase.VerifyAsync(directory.Of("copy"))).Damages.ShouldBeEmpty();
        await using HashDatabase copy = await HashDatabase.OpenAsync(directory.Of("copy"), new DatabaseOptions { CreateIfMissing = false });
        Collection copied = copy.GetCollection("c");
        long count = copied.GetStatistics().Count;
        count.ShouldBeGreaterThanOrEqualTo(500);
        count.ShouldBeLessThanOrEqualTo(collection.GetStatistics().Count);
        for (ulong id = 0; id < (ulong)count; id++)
            copied.Get(new VectorId(id))!.Vector.ToArray().ShouldBe(collection.Get(new VectorId(id))!.Vector.ToArray());
        copied.Get(new VectorId((ulong)count)).ShouldBeNull();
        // A copy is a database like any other.
        await copied.InsertAsync(Samples.Records(9, 1_000_000, 10, Dimensions));
    }

    [Fact]
    public async Task Backup_refuses_a_folder_that_holds_something_and_leaves_it_alone()
    {
        using var directory = new TemporaryDirectory();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"));
        Directory.CreateDirectory(directory.Of("target"));
        await File.WriteAllTextAsync(directory.Of("target/precious"), "kept");
        HashDbException exception = await Should.ThrowAsync<HashDbException>(() => database.BackupAsync(directory.Of("target")));
        exception.Message.ShouldContain("target");
        (await File.ReadAllTextAsync(directory.Of("target/precious"))).ShouldBe("kept");
    }

    // A backup into the collections folder of its own database succeeded: the copy was taken for a collection without a manifest,
    // and the database could not be opened again.
    [Theory]
    [InlineData("db")]
    [InlineData("db/collections/copy")]
    [InlineData("db/copy")]
    [InlineData("other/../db/copy")]
    [InlineData("link/copy")]
    public async Task Backup_into_its_own_database_is_refused_and_the_database_opens_again(string target)
    {
        using var directory = new TemporaryDirectory();
        await using (HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db")))
        {
            await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
            Directory.CreateSymbolicLink(directory.Of("link"), directory.Of("db/collections"));
            string[] before = Directory.GetFileSystemEntries(directory.Of("db"), "*", SearchOption.AllDirectories);

            ArgumentException error = await Should.ThrowAsync<ArgumentException>(() => database.BackupAsync(directory.Of(target)));

            error.Message.ShouldContain("lies in the database");
            Directory.GetFileSystemEntries(directory.Of("db"), "*", SearchOption.AllDirectories).ShouldBe(before, ignoreOrder: true);
        }
        await using HashDatabase again = await HashDatabase.OpenAsync(directory.Of("db"));
        again.CollectionNames.ShouldBe(["c"]);
    }

    // A link to an empty folder was deleted, and the copy took its place; what the link led to stayed empty.
    [Theory]
    [InlineData("real")]
    [InlineData("nowhere")]
    public async Task Backup_onto_a_symbolic_link_is_refused_and_the_link_stays(string behind)
    {
        using var directory = new TemporaryDirectory();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"));
        Directory.CreateDirectory(directory.Of("real"));
        Directory.CreateSymbolicLink(directory.Of("link"), directory.Of(behind));

        foreach (string name in new[] { "link", "link/" })
            (await Should.ThrowAsync<HashDbException>(() => database.BackupAsync(directory.Of(name)))).Message.ShouldContain("link");

        new FileInfo(directory.Of("link")).LinkTarget.ShouldBe(directory.Of(behind));
        Directory.GetFileSystemEntries(directory.Path).Length.ShouldBe(3);
        Directory.GetFileSystemEntries(directory.Of("real")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Backup_that_is_confined_to_a_folder_goes_nowhere_else()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory.Of("backups"));
        Directory.CreateDirectory(directory.Of("elsewhere"));
        Directory.CreateSymbolicLink(directory.Of("backups/out"), directory.Of("elsewhere"));
        await using HashDatabase database =
            await HashDatabase.OpenAsync(directory.Of("db"), new DatabaseOptions { BackupRoot = directory.Of("backups") });

        string[] outside =
        [
            directory.Of("elsewhere/copy"), directory.Of("backups-too"), directory.Of("backups"), "..",
            "../elsewhere/copy", "out/copy", ".",
        ];
        foreach (string target in outside)
            (await Should.ThrowAsync<ArgumentException>(() => database.BackupAsync(target))).Message.ShouldContain("confined");
        await database.BackupAsync("monday");
        await database.BackupAsync(directory.Of("backups/deep/tuesday"));

        Directory.GetFileSystemEntries(directory.Of("elsewhere")).ShouldBeEmpty();
        (await HashDatabase.VerifyAsync(directory.Of("backups/monday"))).Damages.ShouldBeEmpty();
        (await HashDatabase.VerifyAsync(directory.Of("backups/deep/tuesday"))).Damages.ShouldBeEmpty();
    }
}
