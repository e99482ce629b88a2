// The import loop, the same for every implementation of the contract: it needs nothing but stamped inserts.
//
// Invariants: at most MaxBatchesInFlight batches are on their way; they are sent in the order of the records from one
// thread of control and acknowledged in that order too. Each is stamped with its place in the stream, so a batch that follows
// a refused one is refused as well: what is stored is always a beginning of the stream. After a failure nothing new is sent,
// and what is on its way is waited for, so that the report of what is stored is final.
//
// Two tasks: the caller's, which reads the source and sends, and one that waits for the acknowledgements, so that these are
// reported at once even while the source has nothing to give.
using System.Diagnostics;
using System.Threading.Channels;
using HashDb.Telemetry;

namespace HashDb.Import;

internal sealed class BulkImport : IDisposable
{
    // Half of what the engine takes, because its log entry also holds a header for each record.
    private const long MaxBatchBytes = StorageLimits.MaxBatchBytes / 2;

    private readonly HashDbCollection _collection;
    private readonly WriteStamp _first;
    private readonly ImportOptions _options;
    private readonly int _hashcodeBytes;
    private readonly IProgress<ImportProgress>? _progress;
    private readonly SemaphoreSlim _slots;
    private readonly Channel<Batch> _sent =
        Channel.CreateUnbounded<Batch>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly CancellationTokenSource _stop;
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    // Written by the sending task alone.
    private long _sentRecords;

    // Written by the acknowledging task alone; read before it begins and when it has ended.
    private long _acknowledgedRecords;
    private long _acknowledgedBatches;
    private Batch? _refused;
    private Exception? _refusal;

    private BulkImport(
        HashDbCollection collection,
        int hashcodeBytes,
        WriteStamp first,
        ImportOptions options,
        IProgress<ImportProgress>? progress,
        CancellationToken cancellationToken)
    {
        _collection = collection;
        _hashcodeBytes = hashcodeBytes;
        _options = options;
        _first = first;
        _sentRecords = _acknowledgedRecords = first.SequenceNumber;
        _progress = progress;
        _slots = new SemaphoreSlim(options.MaxBatchesInFlight);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    /// <summary>Runs an import to its end; <see cref="HashDbCollection.ImportAsync"/> says how.</summary>
    public static async Task<ImportProgress> RunAsync(
        HashDbCollection collection,
        IAsyncEnumerable<VectorRecord> records,
        ImportOptions options,
        IProgress<ImportProgress>? progress,
        CancellationToken cancellationToken)
    {
        options.Validate();
        CollectionDescription description = await collection.DescribeAsync(cancellationToken).ConfigureAwait(false);
        int hashcodeBytes = description.TableCount * ((description.BitCount + 7) / 8);
        WriteStamp first = await RegisterAsync(collection, options, cancellationToken).ConfigureAwait(false);
        using var import = new BulkImport(collection, hashcodeBytes, first, options, progress, cancellationToken);
        return await import.RunAsync(records, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _slots.Dispose();
        _stop.Dispose();
    }

    /// <summary>The stamp of the first batch.</summary>
    /// <exception cref="HashDbException">The id may be one that wrote before and was forgotten.</exception>
    private static async Task<WriteStamp> RegisterAsync(
        HashDbCollection collection, ImportOptions options, CancellationToken cancellationToken)
    {
        Guid client = options.ClientId ?? Guid.NewGuid();
        ClientRegistration registration;
        try
        {
            registration = await collection.RegisterAsync(client, cancellationToken).ConfigureAwait(false);
        }
        catch (HashDbException unknown) when (unknown.Code == HashDbErrorCode.UnsupportedOperation)
        {
            // A server of a build without floors takes every id that it does not know for a new one.
            return options.ClientId is null
                ? new WriteStamp(client, 0)
                : new WriteStamp(client, await collection.GetNextSequenceNumberAsync(client, cancellationToken).ConfigureAwait(false));
        }
        if (options.Floor is { } floor)
            return registration.Next with { Floor = floor };
        if (options.ClientId is null || !registration.MayBeForgotten)
            return registration.Next;
        throw new HashDbException(
            HashDbErrorCode.WriteGap,
            $"Nothing is known of client {client} in collection {collection.Name}, which remembers the last "
            + $"{StorageLimits.MaxRememberedClients} clients and has forgotten others: an import under this id may have stored rows "
            + $"already. Nothing was stored now. If it has not, give the floor {registration.Next.Floor} together with the id, now and "
            + "whenever it is continued (ImportOptions.Floor, --client-floor); otherwise import what is missing under another id.");
    }

    private async Task<ImportProgress> RunAsync(IAsyncEnumerable<VectorRecord> records, CancellationToken cancellationToken)
    {
        Task acknowledging = AcknowledgeAsync();
        Exception? sourceFailure = null;
        try
        {
            await SendAsync(records).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Ours: a batch was refused, or the caller cancelled. Told apart below.
        }
#pragma warning disable CA1031 // Whatever the source throws, the batches on their way are waited for first; it is rethrown as the cause.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            sourceFailure = failure;
        }

        _sent.Writer.Complete();
        await acknowledging.ConfigureAwait(false);

        if (_refusal is not null)
            throw new ImportException(_acknowledgedRecords, _refused!.Value.Count, _refusal);
        if (sourceFailure is not null)
            throw new ImportException(_acknowledgedRecords, 0, sourceFailure);
        cancellationToken.ThrowIfCancellationRequested();
        return Progress();
    }

    private async Task SendAsync(IAsyncEnumerable<VectorRecord> records)
    {
        var batch = new List<VectorRecord>(_options.BatchSize);
        long bytes = 0;
        long stored = _sentRecords;
        long read = 0;
        await foreach (VectorRecord record in records.WithCancellation(_stop.Token).ConfigureAwait(false))
        {
            _stop.Token.ThrowIfCancellationRequested();
            if (record is null)
                throw new InvalidOperationException("The source gave a null in place of a record.");
            if (read++ < stored)
                continue;
            long recordBytes = 4L * record.Vector.Length + 4L * record.Labels.Length + record.Payload.Length + _hashcodeBytes;
            if (batch.Count > 0 && bytes + recordBytes > MaxBatchBytes)
            {
                await SendAsync(batch).ConfigureAwait(false);
                batch = new List<VectorRecord>(_options.BatchSize);
                bytes = 0;
            }

            batch.Add(record);
            bytes += recordBytes;
            if (batch.Count == _options.BatchSize)
            {
                await SendAsync(batch).ConfigureAwait(false);
                batch = new List<VectorRecord>(_options.BatchSize);
                bytes = 0;
            }
        }

        if (read < stored)
            throw new InvalidOperationException(
                $"Client {_first.ClientId} has stored {stored} records, but the source has only {read}: it is not the stream that was "
                + "begun.");
        if (batch.Count > 0)
            await SendAsync(batch).ConfigureAwait(false);
    }

    private async Task SendAsync(List<VectorRecord> batch)
    {
        await _slots.WaitAsync(_stop.Token).ConfigureAwait(false);

        // The slot may have become free because a batch was refused; then the wait can succeed although it was cancelled.
        _stop.Token.ThrowIfCancellationRequested();

        WriteStamp stamp = _first with { SequenceNumber = _sentRecords };
        _sentRecords += batch.Count;

        // Not cancelled with the import: a batch that is on its way may be stored, and then it must be counted.
        await _sent.Writer.WriteAsync(
            new Batch(_collection.InsertAsync(batch, stamp, CancellationToken.None), batch.Count),
            CancellationToken.None).ConfigureAwait(false);
    }

    private async Task AcknowledgeAsync()
    {
        await foreach (Batch batch in _sent.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            try
            {
                await batch.Stored.ConfigureAwait(false);
                if (_refusal is null)
                {
                    _acknowledgedRecords += batch.Count;
                    _acknowledgedBatches++;
                    ImportMetrics.Record(_collection.Name, batch.Count);
                    _progress?.Report(Progress());
                }
            }
#pragma warning disable CA1031 // Kept and thrown as the cause when everything on its way has settled.
            catch (Exception refusal)
#pragma warning restore CA1031
            {
                if (_refusal is null)
                {
                    _refusal = refusal;
                    _refused = batch;
                    await _stop.CancelAsync().ConfigureAwait(false);
                }
            }
            finally
            {
                _slots.Release();
            }
        }
    }

    private ImportProgress Progress() => new(_acknowledgedRecords, _acknowledgedBatches, _watch.Elapsed);

    private readonly record struct Batch(Task Stored, int Count);
}
