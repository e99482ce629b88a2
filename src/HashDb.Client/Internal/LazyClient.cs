// The client that dependency injection hands out: it opens the database at the first call, because a constructor cannot
// wait, and closes it when the container is disposed of. An opening that failed is tried again at the next call.
//
// Threading: the gate admits one opening at a time; after that the field is read without it.

namespace HashDb.Client.Internal;

internal sealed class LazyClient(Func<CancellationToken, Task<HashDbConnection>> open) : HashDbConnection
{
    private readonly SemaphoreSlim _gate = new(1);
    private HashDbConnection? _client;
    private bool _disposed;

    public override async Task<IReadOnlyList<string>> ListCollectionsAsync(CancellationToken cancellationToken = default) =>
        await (await OpenAsync(cancellationToken).ConfigureAwait(false)).ListCollectionsAsync(cancellationToken).ConfigureAwait(false);

    public override async Task<HashDbCollection> CreateCollectionAsync(
        string name, CollectionOptions options, CancellationToken cancellationToken = default) =>
        await (await OpenAsync(cancellationToken).ConfigureAwait(false)).CreateCollectionAsync(name, options,
        cancellationToken).ConfigureAwait(false);

    public override async Task<HashDbCollection> GetCollectionAsync(string name, CancellationToken cancellationToken = default) =>
        await (await OpenAsync(cancellationToken).ConfigureAwait(false)).GetCollectionAsync(name, cancellationToken).ConfigureAwait(false);

    public override async Task DropCollectionAsync(string name, CancellationToken cancellationToken = default) =>
        await (await OpenAsync(cancellationToken).ConfigureAwait(false)).DropCollectionAsync(name, cancellationToken).ConfigureAwait(false);

    public override async Task CheckpointAsync(CancellationToken cancellationToken = default) =>
        await (await OpenAsync(cancellationToken).ConfigureAwait(false)).CheckpointAsync(cancellationToken).ConfigureAwait(false);

    public override async Task BackupAsync(string targetDirectory, CancellationToken cancellationToken = default) =>
        await (
            await OpenAsync(cancellationToken).ConfigureAwait(false)).BackupAsync(targetDirectory, cancellationToken).ConfigureAwait(false);

    public override async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            _disposed = true;
            if (_client is not null)
                await _client.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async ValueTask<HashDbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _client) is { } opened)
            return opened;
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_disposed)
                throw new HashDbException(HashDbErrorCode.Closed, "The client was disposed of.");
            _client ??= await open(cancellationToken).ConfigureAwait(false);
            return _client;
        }
        finally
        {
            _gate.Release();
        }
    }
}
