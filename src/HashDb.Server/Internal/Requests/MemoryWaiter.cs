namespace HashDb.Server.Internal.Requests;

/// <summary>One want of a share that could not be had at once.</summary>
internal sealed class MemoryWaiter(MemoryShare share, long bytes, TimeSpan timeout)
{
    public MemoryShare Share { get; } = share;

    public long Bytes { get; } = bytes;

    public TimeSpan Timeout { get; } = timeout;

    /// <summary>Milliseconds of the machine's clock.</summary>
    public long Since { get; } = Environment.TickCount64;

    /// <summary>What its connection will hold when it is granted.</summary>
    public long Result => Share.Account.Held + Bytes;

    /// <summary>True when it was granted, false when the share was taken back meanwhile.</summary>
    public TaskCompletionSource<bool> Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LinkedListNode<MemoryWaiter>? Node { get; set; }
}
