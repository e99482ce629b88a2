namespace HashDb.Server.Tests.Support;

/// <summary>Something to run in a line of reads.</summary>
internal sealed class ReadItem(Action body, CountdownEvent done) : IThreadPoolWorkItem
{
    public void Execute()
    {
        body();
        done.Signal();
    }
}
