// Which fields of a collection are indexed. It stands in the manifest: a change is a checkpoint.
using HashDb.Fields;
using HashDb.Storage.Checkpoints;
using HashDb.Storage.Snapshot;

namespace HashDb.Storage.FieldIndexes;

internal sealed class IndexCatalog(CollectionCore core, Checkpointer checkpointer, FieldIndexer indexer)
{
    public Task<bool> CreateAsync(string field, CancellationToken cancellationToken)
    {
        FieldNames.Check(field, nameof(field));
        return ChangeAsync(fields => fields.Contains(field) ? null : [.. Checked(fields, field), field], cancellationToken);
    }

    public Task<bool> DropAsync(string field, CancellationToken cancellationToken)
    {
        FieldNames.Check(field, nameof(field));
        return ChangeAsync(
            fields => fields.Contains(field) ? [.. fields.Where(other => other != field)] : null, cancellationToken);
    }

    public IReadOnlyList<IndexStatistics> List()
    {
        using StateLease lease = core.Live.Acquire();
        FieldIndexSet set = lease.State.Records.Indexes.Current;
        return
        [
            .. core.Commit.Manifest.IndexedFields.Order(StringComparer.Ordinal).Select(field =>
            {
                int number = set.NumberOf(field);
                return number < 0
                    ? new IndexStatistics(field, 0, 0)
                    : new IndexStatistics(
                        field, Math.Min(set.RowCount, lease.State.RowCount), set.Parts.Sum(part => part.Fields[number].Bytes));
            }),
        ];
    }

    private async Task<bool> ChangeAsync(Func<IReadOnlyList<string>, IReadOnlyList<string>?> change, CancellationToken cancellationToken)
    {
        using (await checkpointer.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            if (change(core.Commit.Manifest.IndexedFields) is not { } changed)
                return false;
            await checkpointer.CheckpointInsideGateAsync(
                force: true, manifest => manifest with { IndexedFields = changed }, cancellationToken).ConfigureAwait(false);
        }
        indexer.FieldsChanged();
        return true;
    }

    private IReadOnlyList<string> Checked(IReadOnlyList<string> fields, string field) => fields.Count < StorageLimits.MaxIndexCount
        ? fields
        : throw new HashDbException(
            HashDbErrorCode.LimitExceeded,
            $"Collection {core.Name} has {fields.Count} field indexes; the limit is {StorageLimits.MaxIndexCount}. Drop one before the "
            + $"field '{field}' is indexed.");
}
