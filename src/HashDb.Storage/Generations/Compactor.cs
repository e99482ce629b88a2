// Gives back the space of dead rows: copies the live ones to new record and code files, builds new posting tables, catches up
// with what was written meanwhile, and switches. Searches and writes go on; writes pause only for the last catch-up and the
// manifest. A stop before the manifest's rename leaves the old files live and the new ones to be deleted at the next open; a
// stop after it, the other way round.
using HashDb.Storage.Checkpoints;
using HashDb.Storage.Files;
using HashDb.Storage.Postings;
using HashDb.Storage.Writing;

namespace HashDb.Storage.Generations;

internal sealed class Compactor(CollectionCore core, Applier applier, Checkpointer checkpointer)
{
    private const int CatchUpRounds = 4;
    private const long SmallCatchUpRows = 4_096;

    public async Task<CompactionReport> CompactAsync(CancellationToken cancellationToken)
    {
        using IDisposable gate = await checkpointer.EnterAsync(cancellationToken).ConfigureAwait(false);
        core.ThrowIfPoisoned();
        long bytesBefore = core.Files.BytesOnDisk();
        long rowsBefore = core.State.RowCount;
        try
        {
            await BuildAndSwitchAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (StorageFault.IsSystemFault(exception))
        {
            throw StorageFault.Wrap(exception, "compact", core.Files.Root);
        }
        FaultPoints.Pass(FaultPoints.CompactionSwitched);
        StorageLog.Compacted(core.Logger, core.Name, rowsBefore, core.Manifest.RowCount, core.Manifest.Generation);
        return new CompactionReport(rowsBefore, core.Manifest.RowCount, bytesBefore, core.Files.BytesOnDisk());
    }

    private async Task BuildAndSwitchAsync(CancellationToken cancellationToken)
    {
        using StateLease lease = core.Acquire();
        CollectionState old = lease.State;
        var build = new CompactionBuild(core, old, old.Records.Number + 1, old.Generation + 1);
        try
        {
            // The rows of a rebuilt state are published there, so the count is asked of the live state.
            build.CopyUpTo(core.State.RowCount, cancellationToken);
            for (int round = 0; round < CatchUpRounds && core.State.RowCount - build.CopiedRows > SmallCatchUpRows; round++)
                build.CopyUpTo(core.State.RowCount, cancellationToken);
            build.Flush();
            FaultPoints.Pass(FaultPoints.CompactionCopied);
            PostingTables postings = build.BuildPostings(cancellationToken);
            await applier.RunBetweenGroupsAsync(() => Switch(build, postings), cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            if (!build.IsSwitched)
                build.Discard();
            throw;
        }
    }

    /// <summary>The pause: the last few rows, what has died since it was copied, the manifest, the switch.</summary>
    private bool Switch(CompactionBuild build, PostingTables postings)
    {
        core.ThrowIfPoisoned();
        CollectionState old = core.State;
        CollectionState next = build.Finish(old, postings);
        FaultPoints.Pass(FaultPoints.CompactionCaughtUp);
        CollectionManifest manifest = checkpointer.Describe(next);
        // From here on the manifest may name the new files, whether or not writing it reports success.
        build.IsSwitched = true;
        try
        {
            ManifestFiles.Write(core.Files.Root, manifest);
        }
        catch (Exception exception) when (StorageFault.IsSystemFault(exception))
        {
            throw core.Poisoned(exception, "write the manifest of a compaction");
        }
        FaultPoints.Pass(FaultPoints.CompactionManifestWritten);
        core.Manifest = manifest;
        core.AppliedBlobTail = next.Records.Blobs.Tail;
        old.Files.AfterClose = () => DeleteOld(old);
        core.Switch(next);
        core.Log.Purge(manifest.LogSegment);
        return true;
    }

    private void DeleteOld(CollectionState old)
    {
        foreach (string folder in new[] { core.Files.RecordsDirectory(old.Records.Number), core.Files.GenerationDirectory(old.Generation) })
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception exception) when (StorageFault.IsSystemFault(exception))
            {
                StorageLog.LeftoverKept(core.Logger, core.Name, folder, exception);
            }
        }
        FaultPoints.Pass(FaultPoints.CompactionOldDeleted);
    }
}
