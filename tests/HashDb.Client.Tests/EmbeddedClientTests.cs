using HashDb.Storage;

namespace HashDb.Client.Tests;

/// <summary>The contract, kept by a database in this process.</summary>
public sealed class EmbeddedClientTests : ClientContract
{
    protected override Task<HashDbConnection> OpenAsync(string path, DatabaseOptions options) =>
        HashDbClient.OpenAsync(path, new HashDbClientOptions { Database = options }, Cancellation);

    [Fact]
    public async Task Client_disposed_holds_no_file_of_the_database_open()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Reads /proc/self/fd.");
        HashDbCollection collection = await CreateAsync("items", Support.Data.Records(0, 500));
        await collection.Maintenance.CheckpointAsync(Cancellation);
        await collection.SearchAsync(Support.Data.Vector(1), null, Cancellation);
        OpenFiles().ShouldNotBeEmpty();

        await Client.DisposeAsync();

        OpenFiles().ShouldBeEmpty();

        string[] OpenFiles() =>
        [
            .. Directory.EnumerateFiles("/proc/self/fd").Select(file => new FileInfo(file).LinkTarget ?? "").Where(InDatabase),
            .. File.ReadLines("/proc/self/maps").Where(InDatabase),
        ];

        bool InDatabase(string text) => text.Contains(DatabasePath, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    public async Task Open_without_a_path_is_refused(string path) =>
        await Should.ThrowAsync<ArgumentException>(() => HashDbClient.OpenAsync(path, null, Cancellation));

    [Fact]
    public async Task Open_with_an_option_outside_its_limits_names_it()
    {
        var options = new HashDbClientOptions { Database = new DatabaseOptions { WriteQueueLength = 0 } };

        ArgumentException error =
            await Should.ThrowAsync<ArgumentOutOfRangeException>(() => HashDbClient.OpenAsync(DatabasePath + "2", options, Cancellation));

        error.Message.ShouldContain("WriteQueueLength");
    }
}
