namespace HashDb.Server.Internal.Requests;

/// <summary>A place in the line of longer work for a piece of it, which goes on inside of it until its next wait.</summary>
internal sealed class ReadTurn : IThreadPoolWorkItem
{
    // Continuations run where it is set: that is the point.
    private readonly TaskCompletionSource _begun = new();

    public Task Begun => _begun.Task;

    public void Execute() => _begun.SetResult();
}
