// Writes that depend on what is stored: a change of fields, a deletion by filter. They are made from versions that were read, and carried
// out only while these are the newest; otherwise they are made again. So nothing is changed that somebody has changed meanwhile.
using HashDb.Fields;
using HashDb.Filters;
using HashDb.Storage.Intake;
using HashDb.Storage.Log;
using HashDb.Storage.Query;
using HashDb.Storage.Records;
using HashDb.Storage.Snapshot;

namespace HashDb.Storage.Commit;

internal sealed class ConditionalWrites(CollectionCore core, CommitLoop commits)
{
    /// <summary>512 records of one step: few of them change between reading and writing.</summary>
    private const int DeletesPerStep = 512;

    /// <summary>Sets fields of a record and leaves its others as they are; false when there is no such record.</summary>
    public async Task<bool> UpdateFieldsAsync(VectorId id, RecordFields fields, CancellationToken cancellationToken)
    {
        for (var wait = default(SpinWait); ; wait.SpinOnce())
        {
            cancellationToken.ThrowIfCancellationRequested();
            (WriteRequest? request, bool isUnpublished) = Merge(id, fields);
            if (isUnpublished)
                continue;
            if (request is null)
                return false;
            try
            {
                await commits.WriteAsync(request, cancellationToken).ConfigureAwait(false);
                return true;
            }
            catch (StaleWriteException)
            {
                // Somebody has written the record meanwhile.
            }
        }
    }

    /// <summary>Deletes the records that match and were there when it began, which later ones do not lengthen; says how many.</summary>
    public async Task<long> DeleteAsync(Filter filter, CancellationToken cancellationToken)
    {
        long deleted = 0;
        uint? records = null;
        uint end = 0;
        for (uint row = 0; ;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (WriteRequest? request, uint next, uint visible, uint number) = Find(filter.Matcher, row, cancellationToken);
            // A compaction has given the rows other numbers: those before this one may have others in their place.
            bool isMoved = records is not null && records != number;
            if (isMoved)
                (row, next) = (0, 0);
            if (isMoved || records is null)
                end = visible;
            records = number;
            if (request is null)
            {
                if (!isMoved && next >= end)
                    return deleted;
                row = next;
                continue;
            }
            try
            {
                deleted += await commits.WriteAsync(request, cancellationToken).ConfigureAwait(false);
                row = next;
                if (!isMoved && row >= end)
                    return deleted;
            }
            catch (StaleWriteException)
            {
                // The same rows again: what has changed is dead there now.
            }
        }
    }

    /// <summary>
    /// The record with the fields set; nothing when there is none. A write that is becoming visible at this moment is waited for, as by a
    /// read of the id.
    /// </summary>
    private (WriteRequest? Request, bool IsUnpublished) Merge(VectorId id, RecordFields fields)
    {
        using StateLease lease = core.Live.Acquire();
        CollectionState state = lease.State;
        RecordStore stored = state.Records;
        if (!stored.TryGetNewest(id, out uint row, out bool isLive))
            return default;
        if (row >= state.RowCount && core.Health.Poison is null)
            return (null, true);
        if (!isLive)
            return default;
        VectorRecord record = HitReader.Record(stored, row, id, RecordParts.All, null);
        var changed = new VectorRecord
        {
            Id = id,
            Vector = record.Vector,
            Labels = record.Labels,
            Payload = PayloadEntries.Set(record.Payload, fields),
        };
        using RecordBatch batch = RecordBatch.Rent([changed], stored.Dimensions);
        StoreFrame write = StoreFrame.Create(
            LoggedOperation.Upsert, batch, null, new RowShape(state.Codes.CodeBytes, stored.Vectors.Stride));
        state.Codes.Row(row).CopyTo(write.Codes);
        return (new WriteRequest(write, state.Fingerprint) { Expected = [stored.MetadataOf(row).SequenceNumber] }, false);
    }

    private (WriteRequest? Request, uint Next, uint Visible, uint Records) Find(
        FilterMatcher filter, uint row, CancellationToken cancellationToken)
    {
        using StateLease lease = core.Live.Acquire();
        using var selection = new RowSelection(lease.State, filter);
        RecordStore stored = lease.State.Records;
        var ids = new List<VectorId>();
        var expected = new List<long>();
        for (row = selection.Next(row); row < selection.VisibleRows && ids.Count < DeletesPerStep; row = selection.Next(row + 1))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!selection.Contains(row))
                continue;
            RowMetadata metadata = stored.MetadataOf(row);
            ids.Add(metadata.Id);
            expected.Add(metadata.SequenceNumber);
        }
        WriteRequest? request = ids.Count == 0
            ? null
            : new WriteRequest(DeleteFrame.Create(ids, null), null) { Expected = [.. expected] };
        return (request, row, selection.VisibleRows, stored.Number);
    }
}
