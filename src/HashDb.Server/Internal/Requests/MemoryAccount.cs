namespace HashDb.Server.Internal.Requests;

/// <summary>What one connection holds of the request memory, and what it waits for. Guarded by the memory that it is of.</summary>
internal sealed class MemoryAccount
{
    public long Held { get; set; }

    public LinkedList<MemoryWaiter> Waiters { get; } = new();
}
