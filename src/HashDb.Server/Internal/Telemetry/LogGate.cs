// Clients cause some messages, and hostile ones could fill a disk with them. So many a second pass; the rest is counted, here and
// by the metrics, and said when the next one passes.
//
// Threading: any thread.
namespace HashDb.Server.Internal.Telemetry;

internal sealed class LogGate
{
    /// <summary>20 messages a second: a person reads none of them faster, and a day of them stays under a gigabyte.</summary>
    public const int MessagesPerSecond = 20;

    private readonly Lock _gate = new();
    private long _second;
    private int _passed;
    private long _leftOut;

    /// <summary>Whether a message may be written.</summary>
    /// <param name="leftOut">How many were not since the last call that said so; 0 in most cases.</param>
    public bool TryPass(out long leftOut) => TryPass(Environment.TickCount64 / 1_000, out leftOut);

    internal bool TryPass(long second, out long leftOut)
    {
        leftOut = 0;
        lock (_gate)
        {
            if (second != _second)
            {
                _second = second;
                _passed = 0;
                (leftOut, _leftOut) = (_leftOut, 0);
            }

            if (_passed < MessagesPerSecond)
            {
                _passed++;
                return true;
            }

            _leftOut++;
            return false;
        }
    }
}
