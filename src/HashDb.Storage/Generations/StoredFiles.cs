// The record and code files behind one or several states (posting tables may be built anew over the same files). Closed when
// the last state that uses them is drained.
using HashDb.Storage.Records;

namespace HashDb.Storage.Generations;

internal sealed class StoredFiles(RecordStore records, CodeStore codes)
{
    private int _users = 1;

    public RecordStore Records { get; } = records;

    public CodeStore Codes { get; } = codes;

    /// <summary>What to do with the files once they are closed.</summary>
    public Action? AfterClose { get; set; }

    public void AddUser() => Interlocked.Increment(ref _users);

    public void RemoveUser()
    {
        if (Interlocked.Decrement(ref _users) > 0)
            return;
        Codes.Dispose();
        Records.Dispose();
        AfterClose?.Invoke();
    }
}
