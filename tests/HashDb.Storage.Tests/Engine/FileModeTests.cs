using HashDb.Client.Tests.Support;
using HashDb.Models.Files;
using HashDb.Storage.Tests.Learning;
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Engine;

public sealed class FileModeTests
{
    private const int Dimensions = 8;
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode FolderMode = FileMode | UnixFileMode.UserExecute;

    // With the usual umask every account of the machine could read all vectors and payloads, and the model that finds them.
    [Fact]
    public async Task Everything_that_a_database_writes_is_for_its_owner_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes.");
        using var directory = new TemporaryDirectory();
        var options = new DatabaseOptions { CheckpointLogBytes = 1 << 20 };
        string root = directory.Of("above/db");
        await using (HashDatabase database = await HashDatabase.OpenAsync(root, options))
        {
            Collection collection =
                (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
            await collection.InsertAsync(
                [.. Samples.Records(1, 0, 500, Dimensions).Select(record => record.With(payload: new byte[] { 0x80 }))]);
            await collection.Learning.LearnAsync(LearningOracle.RandomItems(new Random(3), 500, Dimensions));
            await collection.Maintenance.CheckpointAsync();
            await collection.Maintenance.ReindexAsync(Samples.Model(Dimensions, 24));
            await collection.Maintenance.CompactAsync();
            await database.BackupAsync(directory.Of("copy"));
            ShouldBePrivate(root);
        }
        ShouldBePrivate(root);
        ShouldBePrivate(directory.Of("above"));
        ShouldBePrivate(directory.Of("copy"));
        HashModelFile.Save(Samples.Model(Dimensions, 16), directory.Of("model.hdbm"));
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(directory.Of("model.hdbm")).ShouldBe(FileMode);
    }

    private static void ShouldBePrivate(string root)
    {
        if (OperatingSystem.IsWindows())
            return;
        File.GetUnixFileMode(root).ShouldBe(FolderMode, root);
        string[] files = Directory.GetFiles(root, "*", SearchOption.AllDirectories);
        files.ShouldNotBeEmpty();
        foreach (string file in files)
            File.GetUnixFileMode(file).ShouldBe(FileMode, file);
        foreach (string folder in Directory.GetDirectories(root, "*", SearchOption.AllDirectories))
            File.GetUnixFileMode(folder).ShouldBe(FolderMode, folder);
    }
}
