// Files that several states look at: the record files under several generations, the hashcodes under posting tables that were
// built anew. Closed when the last of them is drained. Safe for many threads.
namespace HashDb.Storage.Snapshot;

internal sealed class SharedFiles<T>(T files)
    where T : IDisposable
{
    private readonly Lock _gate = new();
    private int _users = 1;
    private bool _isClosed;
    private Action? _afterClose;

    public T Files { get; } = files;

    /// <summary>Becomes one more user; false when the last has gone.</summary>
    public bool TryAddUser()
    {
        lock (_gate)
        {
            if (_users == 0)
                return false;
            _users++;
            return true;
        }
    }

    /// <summary>For somebody who is a user already and makes another one.</summary>
    public SharedFiles<T> AddUser() =>
        TryAddUser() ? this : throw new InvalidOperationException("Files that are closed were to be shared.");

    public void RemoveUser()
    {
        lock (_gate)
        {
            if (--_users > 0)
                return;
        }
        Files.Dispose();
        Action? action;
        lock (_gate)
        {
            _isClosed = true;
            action = _afterClose;
        }
        action?.Invoke();
    }

    /// <summary>What to do with the files once they are closed, in place of what was said before; at once when they are.</summary>
    public void AfterClose(Action action)
    {
        lock (_gate)
        {
            if (!_isClosed)
            {
                _afterClose = action;
                return;
            }
        }
        action();
    }
}
