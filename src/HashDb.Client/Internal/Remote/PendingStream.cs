// A request that is answered again and again until it is cancelled. The caller takes answers one by one; of those that it does
// not take in time only the newest is kept.
using System.Buffers;
using System.Threading.Channels;
using HashDb.Protocol;
using HashDb.Protocol.Messages;

namespace HashDb.Client.Internal.Remote;

internal sealed class PendingStream<T>(FrameBuffer frame) : PendingRequest(frame)
    where T : IMessage<T>
{
    private readonly Channel<T> _messages = Channel.CreateBounded<T>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true, SingleWriter = false });

    /// <summary>The answers; ends with the fault that ended the request.</summary>
    public ChannelReader<T> Messages => _messages.Reader;

    public override void Fail(Exception error) => _messages.Writer.TryComplete(error);

    protected override void Accept(in ReadOnlySequence<byte> body, bool isFinal)
    {
        _messages.Writer.TryWrite(MessageCodec.Read<T>(body));
        if (isFinal)
            _messages.Writer.TryComplete();
    }
}
