// One connection, from its first byte to its last: handshake, then frames until the client or the server ends it, then the
// answers that are still due.
//
// Invariants:
//  - what a frame refers to is copied before the pipe is advanced past it;
//  - nothing is read while the limit of requests in flight is reached or answers pile up, so that a client which sends
//    without reading is stopped by its own socket; a cancellation is read even then, if it is next in line;
//  - whatever the client sends, RunAsync returns, and nothing but this connection ends.
//
// Threading: RunAsync is one logical thread; Send and the two tables are used by requests on any thread; CheckTimes is called by
// the watch of all connections. How frames are read is in ClientConnection.Reading.cs.
using System.IO.Pipelines;
using System.Threading.RateLimiting;
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Server.Internal.Requests;
using Microsoft.AspNetCore.Connections;

namespace HashDb.Server.Internal.Connections;

internal sealed partial class ClientConnection
{
    /// <summary>1 s in which a client can take the error that ends its connection: closing with unread input would throw it away.</summary>
    private static readonly TimeSpan LingerTime = TimeSpan.FromSeconds(1);

    private readonly ConnectionContext _transport;
    private readonly PipeReader _input;
    private readonly ConnectionTimes _times;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TokenBucketRateLimiter? _rate;
    private readonly WriteLane _writes = new();
    private readonly ReadLane _reads;
    private readonly ReadLane _turns;
    private readonly MemoryAccount _memory = new();

    // Not disposed of: a request may still hold it, and it is nothing but memory.
    private readonly SemaphoreSlim _heavy = new(1);
    private readonly ConnectionPlaces _places;
    private readonly ConnectionPlace _place;
    private ProtocolFeatures _features;
    private AccessScope _scope;
    private int _closing;

    public ClientConnection(ServerContext server, ConnectionContext transport, ConnectionPlaces places)
    {
        Server = server;
        _transport = transport;
        _input = transport.Transport.Input;
        Answers = new AnswerQueue(transport.Transport.Output);
        InFlight = new InFlightRequests(server.Options.MaxInFlightPerConnection);
        _reads = new ReadLane(server.Reads.Add);
        _turns = new ReadLane(server.LongReads.Add);
        _places = places;
        _place = (ConnectionPlace)transport.Items[ConnectionPlace.Key]!;
        _times = new ConnectionTimes(server.Options, _place.Entered);
        _rate = CreateRateLimiter(server.Options.MaxRequestsPerSecond);
    }

    public ServerContext Server { get; }

    public AnswerQueue Answers { get; }

    public InFlightRequests InFlight { get; }

    public SubscriptionLimit Subscriptions { get; } = new();

    /// <summary>What the client may do; nothing before its handshake.</summary>
    public AccessScope Scope => _scope;

    private bool HasChecksums => (_features & ProtocolFeatures.Checksums) != 0;

    private ConnectionClosing Closing => (ConnectionClosing)Volatile.Read(ref _closing);

    /// <summary>Serves the connection to its end. Throws nothing.</summary>
    public async Task RunAsync()
    {
        using CancellationTokenRegistration gone =
            _transport.ConnectionClosed.UnsafeRegister(static self => ((ClientConnection)self!).OnGone(), this);
        bool wasRefused = false;
        try
        {
            wasRefused = !await HandshakeAsync().ConfigureAwait(false);
            if (!wasRefused)
                await ReadFramesAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (Closing == ConnectionClosing.Drain)
        {
            // What is in flight is answered below.
        }
        catch (HashDbException fault)
        {
            wasRefused = true;
            Server.Metrics.FrameRejected(fault.Code);
            if (Server.MayLogClient())
                Log.ConnectionRefused(Server.Logger, _transport.ConnectionId, fault.Message);
            SendFault(0, Opcode.Hello, fault);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or ConnectionAbortedException)
        {
            OnGone();
        }
#pragma warning disable CA1031 // Whatever a client can cause ends here.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Log.ConnectionFailed(Server.Logger, _transport.ConnectionId, error);
            OnGone();
        }

        await EndAsync(wasRefused).ConfigureAwait(false);
    }

    /// <summary>Goes on when it is the turn of this connection, on a thread for longer work, until the next wait.</summary>
    public Task TakeTurnAsync()
    {
        var turn = new ReadTurn();
        _turns.Add(turn);
        return turn.Begun;
    }

    /// <summary>Waits until no other request does what takes a core for long, one of each connection at a time.</summary>
    public async ValueTask<IDisposable> EnterHeavyAsync(CancellationToken cancellationToken)
    {
        await _heavy.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await Server.Heavy.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            _heavy.Release();
            throw;
        }

        return new HeavyWork(_heavy, Server.Heavy);
    }

    /// <summary>Encodes a frame and queues it for sending.</summary>
    /// <exception cref="HashDbException"><see cref="HashDbErrorCode.LimitExceeded"/>: it is longer than a frame may be.</exception>
    public void Send<T>(uint requestId, Opcode opcode, FrameFlags flags, in T message)
        where T : IMessage<T>
    {
        FrameBuffer frame = FrameBuffer.Encode(opcode, flags, message);
        frame.Seal(requestId, HasChecksums);
        Answers.Enqueue(frame);
    }

    /// <summary>Ends the connection from outside: reads no more, answers what is in flight, closes.</summary>
    public void Close(ConnectionClosing reason)
    {
        if (Interlocked.CompareExchange(ref _closing, (int)reason, (int)ConnectionClosing.None) != (int)ConnectionClosing.None)
            return;
        _stopping.Cancel();
        _input.CancelPendingRead();
    }

    /// <summary>Ends the connection at once; what is in flight is cancelled.</summary>
    public void Abort(string reason)
    {
        _transport.Abort(new ConnectionAbortedException(reason));
        OnGone();
    }

    /// <summary>Looks whether a time-out has passed.</summary>
    /// <param name="now">Milliseconds of the machine's clock.</param>
    public void CheckTimes(long now)
    {
        if (_times.HasSendTimedOut(now, Answers.FlushStarted))
        {
            Server.Metrics.ConnectionTimedOut("send");
            if (Server.MayLogClient())
                Log.SendTimedOut(Server.Logger, _transport.ConnectionId);
            Abort("The client does not read its answers.");
            return;
        }

        if (Closing == ConnectionClosing.None && _times.FindDue(now, InFlight.Count) is var due and not ConnectionClosing.None)
        {
            Server.Metrics.ConnectionTimedOut(due.ToString());
            Close(due);
        }
    }

    private static TokenBucketRateLimiter? CreateRateLimiter(int requestsPerSecond)
    {
        if (requestsPerSecond == 0)
            return null;
        // Ten times a second, so that the limit holds over a tenth of a second too; a limit below ten is counted by the second.
        int perPeriod = requestsPerSecond >= 10 ? requestsPerSecond / 10 : requestsPerSecond;
        return new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
        {
            TokenLimit = requestsPerSecond,
            TokensPerPeriod = perPeriod,
            ReplenishmentPeriod = TimeSpan.FromSeconds((double)perPeriod / requestsPerSecond),
            QueueLimit = 0,
        });
    }

    private void SendFault(uint requestId, Opcode opcode, Exception fault) =>
        Send(requestId, opcode, FrameFlags.Answer | FrameFlags.Error, ErrorMessage.FromException(fault));

    private void OnGone()
    {
        Answers.Close();
        InFlight.CancelAll();
        _stopping.Cancel();
    }

    private async Task EndAsync(bool wasRefused)
    {
        try
        {
            InFlight.StopEndless();
            await InFlight.WaitUntilIdleAsync().ConfigureAwait(false);
            await Answers.DrainAsync().ConfigureAwait(false);
            if (wasRefused)
                await LingerAsync().ConfigureAwait(false);
            Answers.Close();
            await _input.CompleteAsync().ConfigureAwait(false);
            await _transport.Transport.Output.CompleteAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The connection is over; that it could not be closed politely changes nothing.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Log.ConnectionFailed(Server.Logger, _transport.ConnectionId, error);
        }
        finally
        {
            _rate?.Dispose();
        }
    }

    private async Task LingerAsync()
    {
        using var timeout = new CancellationTokenSource(LingerTime);
        try
        {
            while (true)
            {
                ReadResult read = await _input.ReadAsync(timeout.Token).ConfigureAwait(false);
                _input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted || read.IsCanceled)
                    return;
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or ConnectionAbortedException)
        {
            // Long enough, or gone.
        }
    }
}
