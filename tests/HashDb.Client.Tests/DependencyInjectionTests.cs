using System.Collections.Concurrent;
using HashDb.Client.Tests.Support;
using HashDb.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HashDb.Client.Tests;

public sealed class DependencyInjectionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AddHashDb_gives_one_client_that_opens_at_the_first_call_and_closes_with_the_container()
    {
        using var directory = new TemporaryDirectory();
        var logs = new Recorder();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(logs));
        services.AddHashDb(options => options.Path = directory["database"]);
        await using (ServiceProvider provider = services.BuildServiceProvider())
        {
            HashDbConnection client = provider.GetRequiredService<HashDbConnection>();
            provider.GetRequiredService<HashDbConnection>().ShouldBeSameAs(client);
            Directory.Exists(directory["database"]).ShouldBeFalse();

            HashDbCollection[] created =
                await Task.WhenAll(Enumerable.Range(0, 8).Select(i => client.CreateCollectionAsync($"c{i}", Data.Options(), Cancellation)));
            await created[3].InsertAsync(Data.Records(0, 5), cancellationToken: Cancellation);
        }

        logs.EventIds.Count(id => id == 3000).ShouldBe(1);
        logs.EventIds.Count(id => id == 3001).ShouldBe(1);
        await using HashDbConnection again = await HashDbClient.OpenAsync(directory["database"], null, Cancellation);
        (await again.ListCollectionsAsync(Cancellation)).Count.ShouldBe(8);
    }

    [Fact]
    public async Task AddHashDb_passes_the_database_options_on()
    {
        using var directory = new TemporaryDirectory();
        var services = new ServiceCollection();
        services.AddHashDb(directory["database"]);
        services.Configure<HashDbServiceOptions>(options => options.Database = new DatabaseOptions { CreateIfMissing = false });
        await using ServiceProvider provider = services.BuildServiceProvider();
        HashDbConnection client = provider.GetRequiredService<HashDbConnection>();

        (await Should.ThrowAsync<HashDbException>(
            () => client.ListCollectionsAsync(Cancellation))).Code.ShouldBe(HashDbErrorCode.DatabaseNotFound);

        // What failed is tried again: meanwhile someone has made the database.
        await (await HashDbClient.OpenAsync(directory["database"], null, Cancellation)).DisposeAsync();
        (await client.ListCollectionsAsync(Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task AddHashDb_without_a_path_says_so_at_the_first_call()
    {
        var services = new ServiceCollection();
        services.AddHashDb();
        await using ServiceProvider provider = services.BuildServiceProvider();
        HashDbConnection client = provider.GetRequiredService<HashDbConnection>();

        (await Should.ThrowAsync<OptionsValidationException>(
            () => client.ListCollectionsAsync(Cancellation))).Message.ShouldContain("Path");
    }

    private sealed class Recorder : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<int> EventIds { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            EventIds.Enqueue(eventId.Id);

        public void Dispose()
        {
        }
    }
}
