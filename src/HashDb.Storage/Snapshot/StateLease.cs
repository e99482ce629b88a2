namespace HashDb.Storage.Snapshot;

/// <summary>Keeps a <see cref="CollectionState"/> and its mappings alive while it is looked at.</summary>
internal readonly struct StateLease(CollectionState state) : IDisposable
{
    public CollectionState State { get; } = state;

    public void Dispose() => State.Release();
}
