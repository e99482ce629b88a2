using Microsoft.Extensions.Logging;

namespace HashDb.Storage;

/// <summary>Whether a collection may still be written to. It falls ill once and for all; any thread may find that out.</summary>
internal sealed class CollectionHealth(string collection, ILogger logger)
{
    private HashDbException? _poison;

    /// <summary>Set once, when a flush failed: no write is taken any more.</summary>
    public HashDbException? Poison => Volatile.Read(ref _poison);

    /// <summary>Refuses all further writes; what is acknowledged stays, and reads go on.</summary>
    /// <returns>What writes are refused with: the first reason there was.</returns>
    public HashDbException Poisoned(Exception cause, string doing)
    {
        var poison = new HashDbException(
            HashDbErrorCode.Poisoned,
            $"Collection {collection} takes no more writes until it is opened again: it failed to {doing} ({cause.Message}).",
            cause);
        HashDbException first = Interlocked.CompareExchange(ref _poison, poison, null) ?? poison;
        StorageLog.Poisoned(logger, collection, doing, cause);
        return first;
    }

    /// <summary>True when the database was opened for reading only.</summary>
    public bool IsReadOnly => Poison?.Code == HashDbErrorCode.ReadOnly;

    /// <summary>Takes no writes from the first moment on. To be called before anybody works with the collection.</summary>
    public void RefuseWrites(HashDbException refusal) => _poison = refusal;

    /// <summary>The one error of every write to a database that was opened for reading only.</summary>
    public void ThrowIfReadOnly()
    {
        if (Poison is { Code: HashDbErrorCode.ReadOnly } refusal)
            throw refusal;
    }

    public void ThrowIfPoisoned()
    {
        if (Poison is { } poison)
            throw poison;
    }
}
