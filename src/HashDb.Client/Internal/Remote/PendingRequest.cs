// A request that was sent on a connection and waits for its answers. The connection's reader gives it frames until the final
// one, or fails it; a caller that stops waiting leaves it there, because the answer still comes.
//
// Threading: Accept is called by the reader loop alone; Fail by whoever closes the connection, after the reader has ended.
using System.Buffers;
using HashDb.Protocol;
using HashDb.Protocol.Messages;

namespace HashDb.Client.Internal.Remote;

internal abstract class PendingRequest(FrameBuffer frame)
{
    /// <summary>What is sent. Belongs to the caller, who may send it again when this one has failed.</summary>
    public FrameBuffer Frame { get; } = frame;

    /// <summary>True when its final answer makes room for another request.</summary>
    public bool TakesWindow { get; set; }

    /// <summary>Takes an answer frame; its body is gone afterwards.</summary>
    public void Accept(in Frame answer)
    {
        try
        {
            if (answer.Header.IsError)
                Fail(ErrorOf(MessageCodec.Read<ErrorMessage>(answer.Body)));
            else
                Accept(answer.Body, !answer.Header.HasMore);
        }
#pragma warning disable CA1031 // The caller of the request gets it; the reader serves others too.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Fail(error);
        }
    }

    public abstract void Fail(Exception error);

    // A caller that cancelled has gone already; who still waits did not, so it was the server that gave the call up.
    private static Exception ErrorOf(in ErrorMessage error) => error.Kind == ErrorKind.Cancelled
        ? new HashDbException(HashDbErrorCode.ConnectionLost, $"The server gave the call up: {error.Message}", isTransient: true)
        : error.ToException();

    protected abstract void Accept(in ReadOnlySequence<byte> body, bool isFinal);
}
