// How a connection notices that the server is gone without a word: nothing came for an interval, so a ping is sent; nothing
// came for another, so the connection is given up.
using HashDb.Protocol;
using HashDb.Protocol.Messages;

namespace HashDb.Client.Internal.Remote;

internal sealed partial class Connection
{
    private async Task KeepAliveAsync()
    {
        using var timer = new PeriodicTimer(_options.KeepAliveInterval);
        long seen = -1;
        bool isAsked = false;
        while (await timer.WaitForNextTickAsync(_closing.Token).ConfigureAwait(false))
        {
            long signs = Interlocked.Read(ref _signsOfLife);
            if (signs != seen)
            {
                seen = signs;
                isAsked = false;
            }
            else if (_agreed.MaxInFlight == 1 && InFlight > 0)
            {
                // The server leaves a ping unread until the one request that it takes is done.
                continue;
            }
            else if (!isAsked)
            {
                Ping();
                isAsked = true;
            }
            else
            {
                throw new IOException($"no sign of life for {2 * _options.KeepAliveInterval.TotalSeconds:0.###} s");
            }
        }
    }

    private void Ping()
    {
        FrameBuffer frame = FrameBuffer.Encode(Opcode.Ping, FrameFlags.None, default(EmptyMessage));
        lock (_gate)
        {
            if (!_isClosed)
            {
                uint id = NextId();
                _pending[id] = new PendingAnswer<EmptyMessage>(frame);
                frame.Seal(id, HasChecksums);
                Enqueue(frame);
            }
        }
        frame.Dispose();
    }
}
