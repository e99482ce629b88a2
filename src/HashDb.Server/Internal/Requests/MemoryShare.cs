// What one body or one request holds of the request memory. It grows and shrinks; when it is disposed of, all of it is given back.
//
// A share that waits for its client (a body that comes, an answer that goes) can be taken back while others wait for memory: it is
// told so, and whoever holds it gives it back then. Until then its bytes count as used.
//
// Threading: one user at a time, who may be another thread than the one before; the memory reads it under its own lock.
namespace HashDb.Server.Internal.Requests;

internal sealed class MemoryShare(RequestMemory memory, MemoryAccount account, long goal, long number) : IDisposable
{
    /// <summary>64 KiB a second: what brings or takes less has stalled, when somebody else waits for the memory.</summary>
    public const int LeastProgress = 64 * 1024;

    private const int ProgressMilliseconds = 1_000;

    private Func<long>? _progress;
    private Action? _revoke;
    private long _seen;
    private long _seenAt;

    public MemoryAccount Account { get; } = account;

    public long Goal { get; } = goal;

    /// <summary>Shares are numbered in the order in which they were opened.</summary>
    public long Number { get; } = number;

    /// <summary>Set by the memory alone.</summary>
    public long Bytes { get; set; }

    public bool IsBody { get; private set; }

    /// <summary>Set when it was taken back; nothing more is granted to it.</summary>
    public bool IsRevoked { get; set; }

    /// <summary>True when its client has brought or taken too little in the last second that was looked at.</summary>
    public bool HasStalled { get; private set; }

    /// <summary>Takes more, waiting for others to give theirs back.</summary>
    /// <returns>False when the time ran out, or the share was taken back.</returns>
    /// <exception cref="HashDbException"><see cref="HashDbErrorCode.LimitExceeded"/>: that is more than there is at all.</exception>
    public ValueTask<bool> TakeAsync(long bytes, TimeSpan timeout, CancellationToken cancellationToken) =>
        memory.TakeAsync(this, bytes, timeout, cancellationToken);

    /// <summary>Takes more if it can be had without waiting.</summary>
    /// <inheritdoc cref="TakeAsync" path="/exception"/>
    public bool TryTake(long bytes) => memory.TryTake(this, bytes);

    /// <summary>Gives a part back.</summary>
    public void GiveBack(long bytes) => memory.GiveBack(this, bytes);

    /// <summary>Leaves a part of what is held to another share of the same connection.</summary>
    public void MoveTo(MemoryShare other, long bytes) => memory.Move(this, other, bytes);

    /// <summary>Lets the share be taken back from now on.</summary>
    /// <param name="isBody">True for a body that comes, false for an answer that goes.</param>
    /// <param name="progress">Bytes that the client has brought or taken so far.</param>
    /// <param name="revoke">Called once, when it is taken back.</param>
    public void BeginTransfer(bool isBody, Func<long> progress, Action revoke)
    {
        IsBody = isBody;
        (_progress, _revoke) = (progress, revoke);
        (_seen, _seenAt) = (progress(), Environment.TickCount64);
        HasStalled = false;
        memory.SetRevocable(this, true);
    }

    /// <summary>The client is not waited for any more.</summary>
    public void EndTransfer() => memory.SetRevocable(this, false);

    /// <summary>Looks at what has come or gone; called by the memory now and then.</summary>
    public void NoteProgress(long now)
    {
        long seen = _progress!();

        // Who waits for memory is not read from, and has not stalled by that.
        if (Account.Waiters.Any(waiter => waiter.Share == this))
        {
            HasStalled = false;
            (_seen, _seenAt) = (seen, now);
        }
        if (now - _seenAt < ProgressMilliseconds)
            return;
        HasStalled = seen - _seen < LeastProgress;
        (_seen, _seenAt) = (seen, now);
    }

    public void Revoke() => _revoke!();

    public void Dispose()
    {
        EndTransfer();
        GiveBack(Bytes);
    }
}
