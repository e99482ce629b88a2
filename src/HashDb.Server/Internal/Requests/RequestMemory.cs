// The memory that all requests with large bodies or large answers share. A request takes its share as the bytes come or as they are
// computed, and gives it back when it is answered, so that however many clients send however much, the server holds no more than
// this.
//
// Who waits is served by connection: small wants first (a connection that would hold little with them is not held up by those that
// hold or want much, and a part of the whole is kept for it), then the connection that would hold least, and before that whoever has
// waited for half of its time for the one thing that it holds memory for. One want of a connection is looked at, the one that came first.
//
// A wait that lasts takes memory back (Relieve): from bodies and answers whose clients have stalled, from a body that holds more than
// the one that waits will ever need, and, when bodies have waited for each other for a quarter of their time, from the younger. So
// the oldest always goes on.
//
// Threading: any thread. Callbacks are called outside of the lock.
using System.Runtime.InteropServices;

namespace HashDb.Server.Internal.Requests;

internal sealed class RequestMemory(long capacity, long keptForSmall = 0)
{
    /// <summary>A want is small while its connection holds no more than this share of the whole with it.</summary>
    public const int SmallShare = 64;

    /// <summary>250 ms of waiting before anything is taken from somebody else.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();

    // Accounts with at least one waiter, in the order in which they began to wait.
    private readonly List<MemoryAccount> _waiting = [];
    private readonly HashSet<MemoryShare> _revocable = [];
    private long _used;
    private long _nextNumber;

    public long Capacity { get; } = capacity;

    public long Used => Volatile.Read(ref _used);

    /// <summary>Opens a share of nothing yet.</summary>
    /// <param name="account">Of the connection that it is for.</param>
    /// <param name="goal">Bytes that it is going to need in all, as far as is known.</param>
    public MemoryShare Open(MemoryAccount account, long goal = 0) =>
        new(this, account, goal, Interlocked.Increment(ref _nextNumber));

    /// <summary>Takes memory back for those who have waited long. For one caller, a few times a second.</summary>
    /// <param name="now">Milliseconds of the machine's clock.</param>
    public void Relieve(long now)
    {
        List<MemoryShare> revoked = [];
        lock (_gate)
        {
            foreach (MemoryShare share in _revocable)
                share.NoteProgress(now);
            if (_waiting.Count == 0 || _revocable.Count == 0)
                return;
            long coming = _revocable.Where(share => share.IsRevoked).Sum(share => share.Bytes);
            foreach (MemoryAccount account in _waiting.ToArray())
            {
                if (account.Waiters.First is not { Value: { } waiter })
                    continue;
                if (now - waiter.Since < Patience.TotalMilliseconds)
                    continue;
                while (_used - coming + waiter.Bytes > LimitOf(waiter) && FindVictim(waiter, now) is { } victim)
                {
                    victim.IsRevoked = true;
                    RefuseWaiters(victim);
                    coming += victim.Bytes;
                    revoked.Add(victim);
                }
            }
        }
        foreach (MemoryShare victim in revoked)
            victim.Revoke();
    }

    internal ValueTask<bool> TakeAsync(MemoryShare share, long bytes, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (share.Bytes + bytes > Capacity)
            throw TooMuch(share.Bytes + bytes);
        MemoryWaiter waiter;
        lock (_gate)
        {
            if (share.IsRevoked)
                return ValueTask.FromResult(false);
            if (TryTakeInside(share, bytes))
                return ValueTask.FromResult(true);
            waiter = new MemoryWaiter(share, bytes, timeout);
            if (share.Account.Waiters.Count == 0)
                _waiting.Add(share.Account);
            waiter.Node = share.Account.Waiters.AddLast(waiter);

            // It may be more modest than those that wait already.
            GrantWaiting();
        }
        return WaitAsync(waiter, timeout, cancellationToken);
    }

    internal bool TryTake(MemoryShare share, long bytes)
    {
        if (share.Bytes + bytes > Capacity)
            throw TooMuch(share.Bytes + bytes);
        lock (_gate)
            return !share.IsRevoked && TryTakeInside(share, bytes);
    }

    internal void GiveBack(MemoryShare share, long bytes)
    {
        if (bytes == 0)
            return;
        lock (_gate)
        {
            Add(share, -bytes);
            GrantWaiting();
        }
    }

    internal void Move(MemoryShare from, MemoryShare to, long bytes)
    {
        lock (_gate)
        {
            from.Bytes -= bytes;
            to.Bytes += bytes;
        }
    }

    internal void SetRevocable(MemoryShare share, bool isRevocable)
    {
        lock (_gate)
        {
            if (isRevocable)
                _revocable.Add(share);
            else
                _revocable.Remove(share);
        }
    }

    public HashDbException TooMuch(long bytes) => new(
        HashDbErrorCode.LimitExceeded,
        $"The request and its answer may need {bytes} bytes; the server has {Capacity} for all requests together "
        + "(RequestMemoryBytes). Ask for less at a time.");

    private bool TryTakeInside(MemoryShare share, long bytes)
    {
        bool isSmall = IsSmall(share, bytes);
        bool isHeldUp = _waiting.Count > 0 && !isSmall;
        if (isHeldUp || _used + bytes > (isSmall ? Capacity : Capacity - keptForSmall))
            return false;
        Add(share, bytes);
        return true;
    }

    private bool IsSmall(MemoryShare share, long bytes) => share.Account.Held + bytes <= Capacity / SmallShare;

    private long LimitOf(MemoryWaiter waiter) => IsSmall(waiter.Share, waiter.Bytes) ? Capacity : Capacity - keptForSmall;

    private void Add(MemoryShare share, long bytes)
    {
        share.Bytes += bytes;
        share.Account.Held += bytes;
        _used += bytes;
    }

    private async ValueTask<bool> WaitAsync(MemoryWaiter waiter, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await waiter.Granted.Task.WaitAsync(timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            lock (_gate)
            {
                // Decided between the end of the waiting and here: the share was taken, so it is used or given back.
                if (waiter.Granted.Task.IsCompleted)
                {
                    bool isGranted = waiter.Granted.Task.GetAwaiter().GetResult();
                    if (error is TimeoutException)
                        return isGranted;
                    if (isGranted)
                        Add(waiter.Share, -waiter.Bytes);
                }
                else
                {
                    Remove(waiter);
                }
                GrantWaiting();
            }
            if (error is TimeoutException)
                return false;
            throw;
        }
    }

    private void Remove(MemoryWaiter waiter)
    {
        MemoryAccount account = waiter.Share.Account;
        account.Waiters.Remove(waiter.Node!);
        if (account.Waiters.Count == 0)
            _waiting.Remove(account);
    }

    private void RefuseWaiters(MemoryShare share)
    {
        foreach (MemoryWaiter waiter in share.Account.Waiters.Where(waiter => waiter.Share == share).ToArray())
        {
            Remove(waiter);
            waiter.Granted.SetResult(false);
        }
    }

    private void GrantWaiting()
    {
        while (_waiting.Count > 0 && Next() is { } waiter && _used + waiter.Bytes <= LimitOf(waiter))
        {
            Remove(waiter);
            Add(waiter.Share, waiter.Bytes);
            waiter.Granted.SetResult(true);
        }
    }

    /// <summary>Whose turn it is: a small want that fits, else the one that has waited long, else the most modest.</summary>
    private MemoryWaiter? Next()
    {
        long now = Environment.TickCount64;
        MemoryWaiter? modest = null;
        MemoryWaiter? patient = null;
        foreach (MemoryAccount account in CollectionsMarshal.AsSpan(_waiting))
        {
            MemoryWaiter waiter = account.Waiters.First!.Value;
            if (IsSmall(waiter.Share, waiter.Bytes) && _used + waiter.Bytes <= Capacity)
                return waiter;
            if (modest is null || waiter.Result < modest.Result)
                modest = waiter;
            bool isPatient = account.Held == waiter.Share.Bytes && now - waiter.Since > waiter.Timeout.TotalMilliseconds / 2;
            if (isPatient && (patient is null || waiter.Since < patient.Since))
                patient = waiter;
        }
        return patient ?? modest;
    }

    private MemoryShare? FindVictim(MemoryWaiter waiter, long now)
    {
        bool isLate = now - waiter.Since > waiter.Timeout.TotalMilliseconds / 4;
        MemoryShare? found = null;
        foreach (MemoryShare share in _revocable)
        {
            if (share.IsRevoked || share.Account == waiter.Share.Account || share.Bytes == 0)
                continue;
            bool holdsMore = share.IsBody && share.Account.Held > Math.Max(waiter.Result, waiter.Share.Goal);

            // Two that wait for each other. It must be worth it: what holds little is not what the other waits for.
            bool isYounger = isLate && share.IsBody && share.Account.Waiters.Count > 0 && share.Number > waiter.Share.Number
                && share.Bytes >= waiter.Bytes;
            if ((share.HasStalled || holdsMore || isYounger) && (found is null || share.Bytes > found.Bytes))
                found = share;
        }
        return found;
    }
}
