// The contract, kept by a server. Arguments that cannot be sent as they are, or whose faults must have the same message
// wherever the database runs, are checked here with the engine's own rules; everything else the server checks.
using System.Collections.Concurrent;
using HashDb.Checks;
using HashDb.Models.Files;
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace HashDb.Client.Internal.Remote;

internal sealed class RemoteClient : HashDbConnection
{
    private readonly ConnectionPool _pool;
    private readonly Requests _requests;
    private readonly ConcurrentDictionary<string, WriteSequences> _sequences = new(StringComparer.Ordinal);

    private RemoteClient(ConnectionPool pool, HashDbConnectionOptions options, ILogger logger)
    {
        _pool = pool;
        _requests = new Requests(pool, options, logger);
    }

    public static async Task<RemoteClient> ConnectAsync(
        ServerAddress address, HashDbConnectionOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        if (options.Token is not null && !address.IsTls && !IsLoopback(address.Host))
            Log.TokenWithoutTls(logger, address);
        var pool = new ConnectionPool(address, options, logger);
        try
        {
            // A wrong address or token is told at once and not at the first call.
            await ClientTelemetry.MeasureAsync("connect", null, () => pool.GetAsync(cancellationToken)).ConfigureAwait(false);
            return new RemoteClient(pool, options, logger);
        }
        catch
        {
            await pool.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public override async Task<IReadOnlyList<string>> ListCollectionsAsync(CancellationToken cancellationToken = default) =>
        (await _requests.SendAsync<EmptyMessage, NamesAnswer>(Opcode.ListCollections, default, cancellationToken)
            .ConfigureAwait(false)).Names;

    public override async Task<HashDbCollection> CreateCollectionAsync(
        string name, CollectionOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(options);
        _pool.ThrowIfClosed();
        NameChecks.Check(name);
        options.Validate();
        byte[] model = options.Model is null ? [] : HashModelFile.ToBytes(options.Model);
        var request = new CreateCollectionRequest(name, options.Metric, model, options.Dimensions, options.Keys);
        DescriptionAnswer made = await _requests.SendAsync<CreateCollectionRequest, DescriptionAnswer>(
            Opcode.CreateCollection, request, cancellationToken, CallKind.Once).ConfigureAwait(false);
        return Collection(made.Description);
    }

    public override async Task<HashDbCollection> GetCollectionAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        DescriptionAnswer found = await _requests.SendAsync<CollectionRequest, DescriptionAnswer>(
            Opcode.DescribeCollection, new CollectionRequest(name), cancellationToken).ConfigureAwait(false);
        return Collection(found.Description);
    }

    public override async Task DropCollectionAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        await _requests.SendAsync<CollectionRequest, EmptyMessage>(
            Opcode.DropCollection, new CollectionRequest(name), cancellationToken, CallKind.Once).ConfigureAwait(false);
    }

    public override async Task CheckpointAsync(CancellationToken cancellationToken = default) =>
        await _requests.SendAsync<EmptyMessage, EmptyMessage>(Opcode.CheckpointDatabase, default, cancellationToken, CallKind.Long)
            .ConfigureAwait(false);

    public override async Task BackupAsync(string targetDirectory, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(targetDirectory);
        await _requests.SendAsync<BackupRequest, EmptyMessage>(
            Opcode.Backup, new BackupRequest(targetDirectory), cancellationToken, CallKind.Once).ConfigureAwait(false);
    }

    public override ValueTask DisposeAsync() => _pool.DisposeAsync();

    private RemoteCollection Collection(CollectionDescription description) =>
        new(_requests, description, _sequences.GetOrAdd(description.Name, static _ => new WriteSequences()));

    private static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (System.Net.IPAddress.TryParse(host, out System.Net.IPAddress? ip) && System.Net.IPAddress.IsLoopback(ip));
}
