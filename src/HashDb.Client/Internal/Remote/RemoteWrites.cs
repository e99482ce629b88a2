// Writes of one collection on a server, each carried out once however often it must be sent: under the stamp that the caller gives, or
// under one of our own.
using HashDb.Checks;
using HashDb.Protocol;
using HashDb.Protocol.Messages;

namespace HashDb.Client.Internal.Remote;

internal sealed class RemoteWrites(Requests requests, WriteSequences sequences, string collection)
{
    /// <summary>Asks the server where a client is.</summary>
    public async Task<ClientRegistration> RegisterAsync(Guid client, CancellationToken cancellationToken) =>
        (await requests.SendAsync<RegisterRequest, RegistrationAnswer>(
            Opcode.Register, new RegisterRequest(collection, client), cancellationToken).ConfigureAwait(false)).Of(client);

    /// <summary>Sends a write and waits for its answer.</summary>
    /// <param name="opcode">What it does.</param>
    /// <param name="count">Operations of the write; with 0 nothing is sent, and the answer is the default.</param>
    /// <param name="given">The caller's stamp, or null.</param>
    /// <param name="make">Makes the message under a stamp.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<TAnswer> SendAsync<TRequest, TAnswer>(
        Opcode opcode, int count, WriteStamp? given, Func<WriteStamp, TRequest> make, CancellationToken cancellationToken)
        where TRequest : IMessage<TRequest>
        where TAnswer : struct, IMessage<TAnswer>
    {
        RecordChecks.CheckStamp(given, count);
        requests.Pool.ThrowIfClosed();
        cancellationToken.ThrowIfCancellationRequested();
        if (count == 0)
            return default;
        return given is { } stamp
            ? await requests.SendAsync<TRequest, TAnswer>(opcode, make(stamp), cancellationToken).ConfigureAwait(false)
            : await SendUnderOwnStampAsync<TRequest, TAnswer>(opcode, count, make, cancellationToken).ConfigureAwait(false);
    }

    private async Task<TAnswer> SendUnderOwnStampAsync<TRequest, TAnswer>(
        Opcode opcode, int count, Func<WriteStamp, TRequest> make, CancellationToken cancellationToken)
        where TRequest : IMessage<TRequest>
        where TAnswer : struct, IMessage<TAnswer>
    {
        WriteStamp stamp = sequences.Take();
        bool isRegistered = false;
        while (true)
        {
            var state = new RetryState();
            try
            {
                TAnswer answer = await requests.SendAsync<TRequest, TAnswer>(
                    opcode, make(stamp), cancellationToken, CallKind.Repeatable, state).ConfigureAwait(false);
                sequences.Return(stamp with { SequenceNumber = stamp.SequenceNumber + count });
                return answer;
            }
            catch (Exception refusal) when (refusal is ArgumentException
                or HashDbException { Code: HashDbErrorCode.DuplicateId or HashDbErrorCode.UnsupportedOperation })
            {
                // Nothing was done, so the next write of this id has the same number.
                sequences.Return(stamp);
                throw;
            }
            catch (HashDbException gap) when (gap.Code == HashDbErrorCode.WriteGap && state.SentCount == 1 && !isRegistered)
            {
                // Sent once and refused, so nothing was done: the collection has forgotten the id, or is another of the same name, or it
                // has forgotten others and cannot tell that this id is new. A fresh one with a floor is new.
                stamp = await RegisterFreshAsync(cancellationToken).ConfigureAwait(false);
                isRegistered = true;
            }
        }
    }

    private async Task<WriteStamp> RegisterFreshAsync(CancellationToken cancellationToken)
    {
        WriteStamp fresh = WriteSequences.Fresh();
        try
        {
            return (await RegisterAsync(fresh.ClientId, cancellationToken).ConfigureAwait(false)).Next;
        }
        catch (HashDbException unknown) when (unknown.Code == HashDbErrorCode.UnsupportedOperation)
        {
            // A server of a build without floors takes every id that it does not know for a new one.
            return fresh;
        }
    }
}
