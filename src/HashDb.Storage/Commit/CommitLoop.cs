// The one writer of a collection. Takes the requests that have gathered, as a group:
//
//   plan        find duplicates, give out rows                        nothing written
//   records     rows beyond the published count                       a full disk is refused here, nothing kept
//   log         append, then flush: THE COMMIT POINT                  a failed flush poisons the collection
//   apply       posting lists, ids, dead rows; publish the row count  memory only
//   acknowledge, and refuse what duplicates a write of the group
//
// so an acknowledgement never runs ahead of the commit, and whatever a stop leaves unpublished is written again by replay.
// Other work that must see a quiet moment (a checkpoint's cut, a switch of generation) runs here between groups.
using System.Diagnostics;
using System.Threading.Channels;
using HashDb.Models;
using HashDb.Models.Files;
using HashDb.Storage.Files;
using HashDb.Storage.Intake;
using HashDb.Storage.Log;
using HashDb.Storage.Records;
using HashDb.Storage.Snapshot;
using Microsoft.Extensions.Logging;

namespace HashDb.Storage.Commit;

internal sealed class CommitLoop : IAsyncDisposable
{
    private const int MaxGroupRequests = 256;
    private const long MaxGroupBytes = 16L * 1024 * 1024;

    private readonly CollectionCore _core;
    private readonly Action _afterGroup;
    private readonly Channel<object> _queue;
    private readonly Task _loop;
    private readonly List<ReadOnlyMemory<byte>> _frames = [];
    private WritePlan? _plan;
    private long _lastFlush = Environment.TickCount64;

    /// <param name="core">The collection.</param>
    /// <param name="afterGroup">Called between two groups of writes, when something was committed.</param>
    public CommitLoop(CollectionCore core, Action afterGroup)
    {
        _core = core;
        _afterGroup = afterGroup;
        _queue = Channel.CreateBounded<object>(new BoundedChannelOptions(core.Options.WriteQueueLength) { SingleReader = true });
        _loop = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Hands a write over; the task ends when it is acknowledged. Cancelling works only while it waits for a place.</summary>
    /// <param name="write">The write, checked and laid out.</param>
    /// <param name="encodedWith">The model that gave its hashcodes; null when it has none.</param>
    /// <param name="cancellationToken">Gives up waiting for a place.</param>
    public Task<int> WriteAsync(LogFrame write, ModelFingerprint? encodedWith, CancellationToken cancellationToken) =>
        WriteAsync(new WriteRequest(write, encodedWith), cancellationToken);

    /// <inheritdoc cref="WriteAsync(LogFrame, ModelFingerprint?, CancellationToken)"/>
    public async Task<int> WriteAsync(WriteRequest request, CancellationToken cancellationToken)
    {
        await EnqueueAsync(request, cancellationToken).ConfigureAwait(false);
        return await request.Done.ConfigureAwait(false);
    }

    /// <summary>Runs something between two groups of writes.</summary>
    public async Task<T> RunBetweenGroupsAsync<T>(Func<T> action, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        await EnqueueAsync(
            () =>
            {
                try
                {
                    done.TrySetResult(action());
                }
                catch (Exception exception)
                {
                    done.TrySetException(exception);
                }
            },
            cancellationToken).ConfigureAwait(false);
        return await done.Task.ConfigureAwait(false);
    }

    /// <summary>Where a client is, after the writes that are queued.</summary>
    /// <exception cref="HashDbException">The collection takes no more writes, or the log could not be flushed.</exception>
    public Task<ClientRegistration> RegisterAsync(Guid client, CancellationToken cancellationToken) =>
        RunBetweenGroupsAsync(() => Register(client), cancellationToken);

    /// <summary>Finishes what is queued and takes no more.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
    }

    private ClientRegistration Register(Guid client)
    {
        _core.Health.ThrowIfPoisoned();
        // A floor must stay below what is written from now on, also where a loss of power takes back what was not flushed.
        FlushOrPoison();
        _core.Health.ThrowIfPoisoned();
        ClientSequences clients = _core.Commit.Clients;
        return clients.TryGet(client, out ClientPosition position)
            ? new ClientRegistration { Next = new WriteStamp(client, position.Next, position.LastWrite), MayBeForgotten = false }
            : new ClientRegistration
            {
                Next = new WriteStamp(client, 0, _core.Commit.Log.NextSequenceNumber),
                MayBeForgotten = clients.MayBeForgotten(floor: null),
            };
    }

    private async ValueTask EnqueueAsync(object item, CancellationToken cancellationToken)
    {
        try
        {
            await _queue.Writer.WriteAsync(item, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new HashDbException(HashDbErrorCode.Closed, $"Collection {_core.Name} is closed.");
        }
    }

    private void Run()
    {
        var group = new List<WriteRequest>();
        while (WaitForWork())
        {
            long bytes = 0;
            Action? between = null;
            group.Clear();
            while (between is null && group.Count < MaxGroupRequests && bytes < MaxGroupBytes && _queue.Reader.TryRead(out object? item))
            {
                between = item as Action;
                if (item is WriteRequest request)
                {
                    group.Add(request);
                    bytes += request.Write.Body.Length;
                }
            }
            if (group.Count > 0)
                WriteGroupOrPoison(group);
            between?.Invoke();
            FlushIfDue();
        }
        FlushAtEnd();
    }

    private bool WaitForWork()
    {
        while (true)
        {
            ValueTask<bool> waiting = _queue.Reader.WaitToReadAsync();
            if (waiting.IsCompleted)
                return waiting.Result;
            Task<bool> wait = waiting.AsTask();
            if (_core.Options.Durability != DurabilityMode.Interval || !_core.Commit.Log.HasUnflushed)
                return wait.GetAwaiter().GetResult();
            if (wait.Wait(_core.Options.FlushInterval))
                return wait.Result;
            FlushIfDue();
        }
    }

    /// <summary>Nothing may end the loop while callers wait: what was not foreseen poisons the collection.</summary>
    private void WriteGroupOrPoison(List<WriteRequest> group)
    {
        try
        {
            WriteGroup(group);
        }
        catch (Exception exception)
        {
            FailAll(group, _core.Health.Poisoned(exception, "write"));
        }
        foreach (WriteRequest request in group)
            request.Release();
    }

    private void WriteGroup(List<WriteRequest> group)
    {
        if (_core.Health.Poison is { } poison)
        {
            FailAll(group, poison);
            return;
        }
        CollectionState state = _core.Live.State;
        WritePlan plan = _plan = new WritePlan(
            state, _core.Commit.Clients, _core.Commit.Draft, _core.Commit.Log.NextSequenceNumber, _plan);
        foreach (WriteRequest request in group)
            plan.Add(request);
        if (plan.Accepted.Count > 0 && !TryCarryOut(state, plan))
        {
            // Some repeat what has just failed, or were refused because of it; which, the client finds out when it sends them again.
            HashDbException again = _core.Health.Poison ?? new HashDbException(
                HashDbErrorCode.Overloaded,
                "The write was on its way together with another that failed; nothing of it was kept now. Send it again.",
                isTransient: true);
            FailAll(plan.Repeated, again);
            foreach ((WriteRequest request, _) in plan.Refused)
                request.Fail(again);
            return;
        }
        foreach (WriteRequest request in plan.Repeated)
            AcknowledgeAgain(request);
        foreach ((WriteRequest request, Exception refusal) in plan.Refused)
            request.Fail(refusal);
        if (plan.Accepted.Count > 0)
            _afterGroup();
    }

    /// <summary>Everything from the record files to the acknowledgement; false when the requests were failed.</summary>
    private bool TryCarryOut(CollectionState state, WritePlan plan)
    {
        long firstSequenceNumber = _core.Commit.Log.NextSequenceNumber;
        if (!TryWriteRecords(state, plan, firstSequenceNumber) || !TryCommit(plan, firstSequenceNumber))
            return false;
        try
        {
            ApplyGroup(state, plan, firstSequenceNumber);
        }
        catch (Exception exception)
        {
            // It is committed and will be there after the next open; in this process the posting lists can no longer be trusted.
            FailAll(plan.Accepted, _core.Health.Poisoned(exception, "apply a committed write"));
            return false;
        }
        _core.Pass(FaultPoints.AfterApplied);
        foreach (WriteRequest request in plan.Accepted)
            request.Acknowledge();
        return true;
    }

    /// <summary>A stamped write that was carried out before gets the result that it had.</summary>
    private void AcknowledgeAgain(WriteRequest request)
    {
        WriteStamp stamp = request.Write.Stamp!.Value;
        bool isLast = _core.Commit.Clients.TryGet(stamp.ClientId, out ClientPosition position)
            && stamp.SequenceNumber + request.Write.Count == position.Next;
        if (isLast || request.Write.Operation == LoggedOperation.Insert)
        {
            request.Affected = isLast ? position.Affected : 0;
            request.Acknowledge();
            return;
        }
        request.Fail(new HashDbException(
            HashDbErrorCode.WriteGap,
            $"The write with sequence number {stamp.SequenceNumber} of client {stamp.ClientId} was carried out before, but "
            + "others of the same client followed it and its result is no longer known."));
    }

    private bool TryWriteRecords(CollectionState state, WritePlan plan, long sequenceNumber)
    {
        ulong blobTail = state.Records.Blobs.Tail;
        try
        {
            _core.Pass(FaultPoints.BeforeRecordsWritten);
            foreach (WriteRequest request in plan.Accepted)
            {
                if (request.Store is { } store)
                    RowWriter.Write(state.Records, state.Codes, request.FirstRow, sequenceNumber, store, request.VectorChecksums);
                sequenceNumber += request.Write.Count;
            }
            state.Records.Blobs.WritePending();
            _core.Pass(FaultPoints.AfterRecordsWritten);
        }
        catch (Exception exception) when (StorageFault.IsSystemFault(exception))
        {
            state.Records.Blobs.RollBack(blobTail);
            FailAll(plan.Accepted, StorageFault.Wrap(exception, "write records to", state.Records.DirectoryPath));
            return false;
        }
        return true;
    }

    private bool TryCommit(WritePlan plan, long sequenceNumber)
    {
        _frames.Clear();
        foreach (WriteRequest request in plan.Accepted)
        {
            byte[] header = new byte[LogFormat.FrameHeaderLength];
            LogFormat.WriteFrameHeader(header, request.Write.Body.Length, request.BodyChecksum, sequenceNumber, request.Write.Count);
            _frames.Add(header);
            _frames.Add(request.Write.Body);
            sequenceNumber += request.Write.Count;
        }
        ulong blobTailBefore = _core.Commit.AppliedBlobTail;
        long started = Stopwatch.GetTimestamp();
        try
        {
            _core.Commit.Log.Append(_frames, plan.Operations);
        }
        catch (Exception exception) when (StorageFault.IsSystemFault(exception))
        {
            _core.Live.State.Records.Blobs.RollBack(blobTailBefore);
            HashDbException fault = StorageFault.Wrap(exception, "append to the log in", _core.Files.LogDirectory);
            bool isTakenBack = StorageFault.IsDiskFull(exception) && exception is not FlushFailedException;
            FailAll(plan.Accepted, isTakenBack ? fault : _core.Health.Poisoned(exception, "append to the log"));
            return false;
        }
        finally
        {
            _frames.Clear();
        }
        _core.Pass(FaultPoints.AfterLogWritten);
        try
        {
            if (_core.Options.Durability == DurabilityMode.Always)
                Flush();
        }
        catch (Exception exception) when (StorageFault.IsSystemFault(exception))
        {
            FailAll(plan.Accepted, _core.Health.Poisoned(exception, "flush the log"));
            return false;
        }
        StorageTelemetry.LogCommitted(_core.Name, started);
        _core.Pass(FaultPoints.AfterLogFlushed);
        return true;
    }

    private void ApplyGroup(CollectionState state, WritePlan plan, long firstSequenceNumber)
    {
        // What takes long comes first: nobody sees it before the row count is published.
        long sequenceNumber = firstSequenceNumber;
        foreach (WriteRequest request in plan.Accepted)
        {
            if (request.Store is { } store)
            {
                state.Postings.Append(request.FirstRow, store.Codes);
                state.Sketches?.Append(request.FirstRow, store.Codes, state.Shape.RowBytes);
            }
            else if (request.Write is LearnFrame or DiscardDraftFrame)
            {
                request.Affected = LearnOrDiscard(state, request, sequenceNumber);
            }
            sequenceNumber += request.Write.Count;
        }

        // From the first id that points at a new row to the publication a read of that id waits: see Collection.Get.
        sequenceNumber = firstSequenceNumber;
        foreach (WriteRequest request in plan.Accepted)
        {
            if (request.Write is StoreFrame or DeleteFrame)
                request.Affected = RowWriter.Apply(state.Records, request.FirstRow, request.Write);
            if (request.Write.Stamp is { } stamp)
                _core.Commit.Clients.Record(stamp, request.Write.Count, request.Affected, sequenceNumber, request.Write.Digest);
            sequenceNumber += request.Write.Count;
        }
        _core.Pass(FaultPoints.BeforePublished);
        state.Publish(plan.RowCount);
        _core.Commit.AppliedSequenceNumber = _core.Commit.Log.NextSequenceNumber - 1;
        _core.Commit.AppliedBlobTail = state.Records.Blobs.Tail;
    }

    private int LearnOrDiscard(CollectionState state, WriteRequest request, long sequenceNumber)
    {
        int moved = _core.Commit.Draft.Apply(state.Model, request.Write, request.Items, sequenceNumber);
        _core.Pass(FaultPoints.DraftChanged);
        return moved;
    }

    private void FlushIfDue()
    {
        if (_core.Options.Durability != DurabilityMode.Interval || !_core.Commit.Log.HasUnflushed || _core.Health.Poison is not null)
            return;
        if (Environment.TickCount64 - _lastFlush >= (long)_core.Options.FlushInterval.TotalMilliseconds)
            FlushOrPoison();
    }

    private void FlushAtEnd()
    {
        if (_core.Health.Poison is null)
            FlushOrPoison();
    }

    private void FlushOrPoison()
    {
        try
        {
            Flush();
        }
        catch (Exception exception) when (StorageFault.IsSystemFault(exception))
        {
            _core.Health.Poisoned(exception, "flush the log");
        }
    }

    private void Flush()
    {
        _core.Commit.Log.Flush();
        _lastFlush = Environment.TickCount64;
    }

    private static void FailAll(List<WriteRequest> requests, HashDbException fault)
    {
        foreach (WriteRequest request in requests)
            request.Fail(fault);
    }
}
