namespace HashDb.Server.Internal.Connections;

/// <summary>How many subscriptions one connection has. Any thread.</summary>
internal sealed class SubscriptionLimit
{
    /// <summary>16 on one connection: more of them would tell it the same.</summary>
    public const int MaxSubscriptions = 16;

    private int _count;

    /// <exception cref="HashDbException"><see cref="HashDbErrorCode.LimitExceeded"/>: there are as many as there may be.</exception>
    public IDisposable Enter()
    {
        if (Interlocked.Increment(ref _count) <= MaxSubscriptions)
            return new Place(this);
        Interlocked.Decrement(ref _count);
        throw new HashDbException(
            HashDbErrorCode.LimitExceeded,
            $"The connection has {MaxSubscriptions} subscriptions, which is the limit. Cancel one, or open another connection.");
    }

    private sealed class Place(SubscriptionLimit limit) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref limit._count);
    }
}
