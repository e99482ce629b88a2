// Stamps for the writes of one collection, so that every write can be sent again. A stamp counts the operations of one client
// id, and a gap in the count is refused; so each id has one write on its way at a time, and writes at the same time take
// different ids. An id whose last write ended in a way that leaves its count unknown is not used again.
//
// Threading: a bag of ids that nobody uses just now.
using System.Collections.Concurrent;

namespace HashDb.Client.Internal.Remote;

internal sealed class WriteSequences
{
    private readonly ConcurrentBag<WriteStamp> _idle = [];

    /// <summary>A stamp that no other write has. Its number is not zero when its id has written before.</summary>
    public WriteStamp Take() => _idle.TryTake(out WriteStamp stamp) ? stamp : Fresh();

    /// <summary>A stamp under an id that has never written.</summary>
    public static WriteStamp Fresh() => new(Guid.NewGuid(), 0);

    /// <summary>Gives a stamp for the next write of an id whose count is known.</summary>
    public void Return(WriteStamp next) => _idle.Add(next);
}
