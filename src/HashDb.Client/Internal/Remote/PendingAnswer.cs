// A request whose answer is one message, or several that belong together; or one, with frames of progress ahead of it.
using System.Buffers;
using HashDb.Protocol;
using HashDb.Protocol.Messages;

namespace HashDb.Client.Internal.Remote;

/// <param name="frame">What is sent.</param>
/// <param name="progress">Takes the frames ahead of the final one, when they are messages of another kind.</param>
internal sealed class PendingAnswer<T>(FrameBuffer frame, Action<ReadOnlySequence<byte>>? progress = null) : PendingRequest(frame)
    where T : IMessage<T>
{
    private readonly TaskCompletionSource<IReadOnlyList<T>> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<T>? _parts;

    /// <summary>All messages of the answer, at least one.</summary>
    public Task<IReadOnlyList<T>> Answer => _completion.Task;

    /// <summary>Lets the caller go; false when the answer is there already.</summary>
    public bool TryCancel(CancellationToken cancellationToken) => _completion.TrySetCanceled(cancellationToken);

    public override void Fail(Exception error) => _completion.TrySetException(error);

    protected override void Accept(in ReadOnlySequence<byte> body, bool isFinal)
    {
        // Nobody waits any more, or a part could not be read: the rest is passed over.
        if (_completion.Task.IsCompleted)
            return;
        if (!isFinal && progress is not null)
        {
            progress(body);
            return;
        }
        T message = MessageCodec.Read<T>(body);
        if (isFinal && _parts is null)
        {
            _completion.TrySetResult([message]);
            return;
        }
        (_parts ??= []).Add(message);
        if (isFinal)
            _completion.TrySetResult(_parts);
    }
}
