using System.Diagnostics.Metrics;
using HashDb.Client.Tests.Support;
using HashDb.Storage;

namespace HashDb.Client.Tests;

// A program's logger threw (its disk was full). The message "opened" came after the lock was taken, so OpenAsync failed and the folder
// stayed locked until the process ended; DropCollectionAsync failed after the collection was gone; a failed checkpoint ended the closing
// of a database half way, with its files open.
public sealed class BrokenLoggerTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Logger_that_throws_fails_no_operation_and_leaves_no_folder_locked(bool makesNone)
    {
        using var loggers = new BrokenLoggers { MakesNone = makesNone };
        var options = new HashDbClientOptions { LoggerFactory = loggers };

        for (int round = 0; round < 2; round++)
        {
            await using HashDbConnection client = await HashDbClient.OpenAsync(_directory["database"], options, Cancellation);
            HashDbCollection collection = await client.CreateCollectionAsync("items", Data.Options(), Cancellation);
            await collection.ImportAsync(Data.Stream(Data.Records(0, 50)), null, null, Cancellation);
            await collection.Maintenance.CheckpointAsync(Cancellation);
            await collection.Maintenance.ReindexAsync(Data.Model(bitCount: 12), null, null, Cancellation);
            await collection.Maintenance.RollbackAsync(null, Cancellation);
            await collection.DeleteAsync([new VectorId(1)], null, Cancellation);
            await collection.Maintenance.CompactAsync(Cancellation);
            (await collection.SearchAsync(Data.Vector(2), null, Cancellation)).Hits.ShouldNotBeEmpty();
            await client.BackupAsync(_directory[$"copy-{round}"], Cancellation);
            await client.DropCollectionAsync("items", Cancellation);
        }

        (await HashDatabase.VerifyAsync(_directory["copy-1"], null, loggers, Cancellation)).IsSound.ShouldBeTrue();
        await HashDatabase.RepairAsync(_directory["copy-1"], null, loggers, Cancellation);
        loggers.Failures.ShouldBeGreaterThan(2);
    }

    [Fact]
    public async Task Message_that_is_dropped_is_counted()
    {
        using var loggers = new BrokenLoggers();
        long dropped = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (instrument.Name == StorageTelemetry.LogMessagesDroppedName)
                own.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref dropped, value));
        listener.Start();

        HashDbException error = await Should.ThrowAsync<HashDbException>(() => HashDbClient.OpenAsync(
            _directory["none"],
            new HashDbClientOptions { LoggerFactory = loggers, Database = new DatabaseOptions { CreateIfMissing = false } },
            Cancellation));

        // What went wrong is told, not that it could not be logged. Other tests may drop messages at the same time.
        error.Code.ShouldBe(HashDbErrorCode.DatabaseNotFound);
        loggers.Failures.ShouldBeGreaterThan(0);
        Interlocked.Read(ref dropped).ShouldBeGreaterThanOrEqualTo(loggers.Failures);
    }

    // Every logger that the libraries use must be a guarded one: whoever asks a factory himself goes past the guard.
    [Fact]
    public void Only_the_guard_and_what_it_is_asked_for_make_loggers()
    {
        string[] sources =
        [
            .. Directory.EnumerateFiles(Path.Combine(Root(), "src"), "*.cs", SearchOption.AllDirectories)
                .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)),
        ];
        sources.Length.ShouldBeGreaterThan(100);

        string[] lines =
        [
            .. sources.SelectMany(File.ReadLines)
                .Where(line => line.Contains(".CreateLogger", StringComparison.Ordinal))
                .Select(line => line.Trim()),
        ];

        lines.Length.ShouldBeGreaterThanOrEqualTo(4);
        lines.ShouldAllBe(line => line.Contains("GuardedLoggerFactory.Of(", StringComparison.Ordinal)
            || line.Contains("_inner.CreateLogger(", StringComparison.Ordinal));
    }

    private static string Root()
    {
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "HashDb.sln")))
            at = at.Parent;
        return at.ShouldNotBeNull().FullName;
    }
}
