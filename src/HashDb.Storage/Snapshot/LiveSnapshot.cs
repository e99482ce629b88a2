// Which state searches that begin now see. Changed by the commit loop alone, between two groups of writes; read by everybody.
namespace HashDb.Storage.Snapshot;

internal sealed class LiveSnapshot(string collection, CollectionState state)
{
    private CollectionState _state = state;
    private volatile bool _refusesReaders;

    /// <summary>What searches that begin now see.</summary>
    public CollectionState State => Volatile.Read(ref _state);

    /// <summary>
    /// Lets no reader begin any more. Whoever closes the collection waits for those under way, and would wait for ever if others kept
    /// coming.
    /// </summary>
    public void RefuseReaders() => _refusesReaders = true;

    /// <summary>Holds the live state, and with it its files, until the lease is disposed of.</summary>
    /// <exception cref="HashDbException"><see cref="HashDbErrorCode.Closed"/>: the collection is closed, or is being closed.</exception>
    public StateLease Acquire() => _refusesReaders ? throw Closed() : AcquireForWork();

    /// <summary>The same for what is still to be done while the collection is being closed: its last checkpoint.</summary>
    /// <exception cref="HashDbException"><see cref="HashDbErrorCode.Closed"/>: the collection is closed.</exception>
    public StateLease AcquireForWork()
    {
        while (true)
        {
            CollectionState state = State;
            if (state.TryAcquire())
                return new StateLease(state);
            if (ReferenceEquals(state, State))
                throw Closed();
        }
    }

    /// <summary>Makes another state the live one; the old one is closed when its last search ends.</summary>
    public void Switch(CollectionState next)
    {
        CollectionState old = State;
        Volatile.Write(ref _state, next);
        old.Release();
    }

    private HashDbException Closed() => new(HashDbErrorCode.Closed, $"Collection {collection} is closed.");
}
