// One connection: many requests on their way at a time, answers in any order.
//
// Three loops. The writer takes frames from a queue in the order in which they were sent and flushes when the queue is empty
// or enough has gathered, so that many small requests share a system call. The reader gives answers to the requests that wait.
// The third (Connection.KeepAlive.cs) asks for a sign of life when nothing came for a while. When one of them ends, all end,
// and only then what still waits is failed: nobody reads or writes the frame of a request that failed with its connection.
//
// Threading: SendAsync may be called by many threads at once. The gate makes registering, queueing and closing exclusive, so
// that no request is registered after the rest were failed, and none is queued that was. The window bounds requests without a
// final answer, also those whose callers have gone.
using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Threading.Channels;
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace HashDb.Client.Internal.Remote;

internal sealed partial class Connection
{
    // Frames gather up to this many bytes before they are handed to the system.
    private const int FlushBytes = 64 * 1024;
    private const int ReadBufferBytes = 64 * 1024;

    private readonly ServerAddress _address;
    private readonly HashDbConnectionOptions _options;
    private readonly ILogger _logger;
    private readonly Stream _stream;
    private readonly PipeReader _input;
    private readonly PipeWriter _output;
    private readonly HelloAnswer _agreed;
    private readonly SemaphoreSlim _window;
    private readonly Channel<FrameBuffer> _queue =
        Channel.CreateUnbounded<FrameBuffer>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ConcurrentDictionary<uint, PendingRequest> _pending = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();
    private readonly Task _running;
    private uint _lastId;
    private bool _isClosed;
    private long _signsOfLife;
    private Exception? _fault;

    private Connection(
        ServerAddress address, HashDbConnectionOptions options, ILogger logger, Stream stream, PipeReader input, PipeWriter output,
        HelloAnswer agreed)
    {
        _address = address;
        _options = options;
        _logger = logger;
        _stream = stream;
        _input = input;
        _output = output;
        _agreed = agreed;
        // One place is kept for the ping.
        _window = new SemaphoreSlim(Math.Max(1, Math.Min(options.MaxInFlight, agreed.MaxInFlight - 1)));
        _running = Task.Run(RunAsync);
    }

    /// <summary>Longest body that the server takes.</summary>
    public int MaxFrameBytes => Math.Min(_agreed.MaxFrameBytes, ProtocolLimits.MaxFrameBytes);

    /// <summary>Requests without a final answer.</summary>
    public int InFlight => _pending.Count;

    public bool IsClosed => Volatile.Read(ref _isClosed);

    private bool HasChecksums => (_agreed.Features & ProtocolFeatures.Checksums) != 0;

    /// <summary>Connects and introduces the client.</summary>
    /// <exception cref="HashDbException">Nobody answers, or the server refuses.</exception>
    public static async Task<Connection> OpenAsync(
        ServerAddress address, HashDbConnectionOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.ConnectTimeout);
        Stream? stream = null;
        try
        {
            stream = await Transport.ConnectAsync(address, options.Tls, limit.Token).ConfigureAwait(false);
            var input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: ReadBufferBytes, leaveOpen: true));
            var output = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
            // TLS checks every byte already.
            ProtocolFeatures features = address.IsTls ? ProtocolFeatures.None : ProtocolFeatures.Checksums;
            HelloAnswer agreed = await Handshake.PerformAsync(input, output, features, options.Token, limit.Token).ConfigureAwait(false);
            Log.Connected(logger, address, agreed.ServerName);
            return new Connection(address, options, logger, stream, input, output, agreed);
        }
        catch (Exception error)
        {
            if (stream is not null)
                await stream.DisposeAsync().ConfigureAwait(false);
            if (error is OperationCanceledException && !cancellationToken.IsCancellationRequested)
                throw new HashDbException(
                    HashDbErrorCode.ConnectionLost,
                    $"No connection to {address} within {options.ConnectTimeout.TotalSeconds:0.###} s.",
                    error,
                    isTransient: true);
            if (error is IOException)
                throw new HashDbException(
                    HashDbErrorCode.ConnectionLost,
                    $"The connection to {address} broke during the handshake: {error.Message}",
                    error,
                    isTransient: true);
            throw;
        }
    }

    /// <summary>Sends a request, after those that were sent before. Waits while the window is full.</summary>
    /// <returns>Its id on this connection.</returns>
    /// <exception cref="HashDbException">The connection is closed; the request was not sent and never will be.</exception>
    public async Task<uint> SendAsync(PendingRequest request, CancellationToken cancellationToken)
    {
        if (!_window.Wait(0, CancellationToken.None))
            await WaitForRoomAsync(cancellationToken).ConfigureAwait(false);
        uint id;
        lock (_gate)
        {
            if (_isClosed)
                throw Lost();
            id = NextId();
            request.TakesWindow = true;
            _pending[id] = request;
        }
        // Outside the gate: the checksum of a long frame takes milliseconds. Nobody else touches the frame before this returns.
        request.Frame.Seal(id, HasChecksums);
        lock (_gate)
        {
            if (_isClosed)
                throw Lost();
            Enqueue(request.Frame);
        }
        return id;
    }

    /// <summary>Tells the server that nobody waits for a request any more.</summary>
    public void Cancel(uint requestId)
    {
        FrameBuffer frame = FrameBuffer.Encode(Opcode.Cancel, FrameFlags.None, default(EmptyMessage));
        lock (_gate)
        {
            if (!_isClosed && _pending.ContainsKey(requestId))
            {
                frame.Seal(requestId, HasChecksums);
                Enqueue(frame);
            }
        }
        frame.Dispose();
    }

    /// <summary>Closes the connection; what waits fails with this.</summary>
    public async Task CloseAsync(Exception reason)
    {
        Interlocked.CompareExchange(ref _fault, reason, null);
        await _closing.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
    }

    private async Task WaitForRoomAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
            await _window.WaitAsync(wait.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Lost();
        }
    }

    private void Enqueue(FrameBuffer frame)
    {
        frame.AddReference();
        _queue.Writer.TryWrite(frame);
    }

    private uint NextId()
    {
        // Zero belongs to no request; after four thousand million an id may still be in use.
        do
        {
            _lastId++;
        }
        while (_lastId == 0 || _pending.ContainsKey(_lastId));
        return _lastId;
    }

    private async Task RunAsync()
    {
        Task[] loops = [ReadAsync(), WriteAsync(), KeepAliveAsync()];
        Task first = await Task.WhenAny(loops).ConfigureAwait(false);
        if (first.Exception?.InnerException is { } fault)
            Interlocked.CompareExchange(ref _fault, fault, null);
        await _closing.CancelAsync().ConfigureAwait(false);
        // A stream that does not close cleanly must not keep what waits from being failed.
        await CloseStreamAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
            Volatile.Write(ref _isClosed, true);
        while (_queue.Reader.TryRead(out FrameBuffer? unsent))
            unsent.Dispose();
        HashDbException error = Lost();
        Log.ConnectionClosed(_logger, _address, error.Message);
        foreach ((uint id, PendingRequest request) in _pending)
        {
            _pending.TryRemove(id, out _);
            request.Fail(error);
        }
    }

    private async Task CloseStreamAsync() => await _stream.DisposeAsync().ConfigureAwait(false);

    private async Task ReadAsync()
    {
        while (true)
        {
            ReadResult read = await _input.ReadAsync(_closing.Token).ConfigureAwait(false);
            ReadOnlySequence<byte> buffer = read.Buffer;
            Interlocked.Increment(ref _signsOfLife);
            while (FrameReader.TryRead(ref buffer, ProtocolLimits.MaxFrameBytes, HasChecksums, out Frame frame))
                Dispatch(frame);
            if (read.IsCompleted)
                throw new EndOfStreamException("the server closed it");
            _input.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private void Dispatch(in Frame frame)
    {
        if (!frame.Header.IsAnswer)
            throw new ProtocolException($"The server sent a request, of opcode {(int)frame.Header.Opcode}.");
        if (frame.Header.RequestId == 0)
            throw frame.Header.IsError
                ? MessageCodec.Read<ErrorMessage>(frame.Body).ToException()
                : new ProtocolException("The server answered a request of id 0.");
        if (!_pending.TryGetValue(frame.Header.RequestId, out PendingRequest? request))
            throw new ProtocolException($"The server answered a request, {frame.Header.RequestId}, that is not on its way.");
        if (!frame.Header.HasMore)
        {
            _pending.TryRemove(frame.Header.RequestId, out _);
            if (request.TakesWindow)
                _window.Release();
        }
        request.Accept(frame);
    }

    private async Task WriteAsync()
    {
        ChannelReader<FrameBuffer> queue = _queue.Reader;
        while (await queue.WaitToReadAsync(_closing.Token).ConfigureAwait(false))
        {
            while (queue.TryRead(out FrameBuffer? frame))
            {
                try
                {
                    for (int i = 0; i < frame.PieceCount; i++)
                    {
                        _output.Write(frame.Piece(i).Span);
                        if (_output.UnflushedBytes >= FlushBytes)
                        {
                            await _output.FlushAsync(_closing.Token).ConfigureAwait(false);
                            // A server that takes in a long frame is alive, although it cannot say so before the frame ends.
                            Interlocked.Increment(ref _signsOfLife);
                        }
                    }
                }
                finally
                {
                    frame.Dispose();
                }
            }
            await _output.FlushAsync(_closing.Token).ConfigureAwait(false);
        }
    }

    /// <summary>What a call gets whose connection is gone: what the server said last, or what broke.</summary>
    private HashDbException Lost() => _fault switch
    {
        HashDbException known => known,
        null => new HashDbException(HashDbErrorCode.ConnectionLost, $"The connection to {_address} was closed.", isTransient: true),
        var fault =>
            new HashDbException(
                HashDbErrorCode.ConnectionLost, $"The connection to {_address} broke: {fault.Message}", fault, isTransient: true),
    };
}
