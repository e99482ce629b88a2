// What becomes of files that are no longer live: they are deleted, or kept for a rollback, when the last search that looks at
// them has ended. Used by one caller at a time, the generation manager, and by the commit loop for it.
using HashDb.Storage.Checkpoints;
using HashDb.Storage.Files;
using HashDb.Storage.Generations;
using HashDb.Storage.Records;

namespace HashDb.Storage.Snapshot;

internal sealed class RetiredFiles(CollectionCore core)
{
    /// <summary>The codes of the kept generation, when this process had them open; searches may still look at them.</summary>
    private SharedFiles<CodeStore>? _keptCodes;

    /// <summary>The codes that the kept generation gave to the live rows, or null when there are none that can be opened.</summary>
    public KnownCodes? OpenKeptCodes(KeptGeneration kept, uint liveRecords)
    {
        KnownCodes? known = KnownCodes.Open(core, kept, _keptCodes, liveRecords);
        _keptCodes = known?.Files ?? _keptCodes;
        return known;
    }

    /// <summary>After a switch: called when the manifest that names the new files is written, before the old state is given up.</summary>
    /// <param name="old">The state that was live.</param>
    /// <param name="next">The state that is live now.</param>
    /// <param name="wasKept">The generation that was kept until now.</param>
    /// <param name="kept">The generation that is kept from now on.</param>
    /// <param name="deletedPoint">Fault point that each deletion passes.</param>
    public void Retire(CollectionState old, CollectionState next, KeptGeneration? wasKept, KeptGeneration? kept, string deletedPoint)
    {
        if (wasKept is not null && kept?.Generation != wasKept.Generation)
            DeleteKept(wasKept, deletedPoint);
        else if (wasKept is { RowCount: > 0 } && kept is { RowCount: 0 })
            WhenKeptIsClosed(
                () => core.Quietly(core.Files.GenerationDirectory(wasKept.Generation), () => core.Files.DeleteCodes(wasKept.Generation)));

        if (kept?.Generation == old.Generation)
            Keep(old, kept);
        else
            old.CodeFiles.AfterClose(() => Delete(core.Files.GenerationDirectory(old.Generation), deletedPoint));
        if (!ReferenceEquals(old.RecordFiles, next.RecordFiles))
            old.RecordFiles.AfterClose(() => Delete(core.Files.RecordsDirectory(old.Records.Number), deletedPoint));
    }

    /// <summary>Deletes a generation that was kept and is no longer named by the manifest.</summary>
    public void DeleteKept(KeptGeneration kept, string deletedPoint) =>
        WhenKeptIsClosed(() => Delete(core.Files.GenerationDirectory(kept.Generation), deletedPoint));

    private void Keep(CollectionState old, KeptGeneration kept)
    {
        _keptCodes = old.CodeFiles;
        CodeStore codes = old.Codes;
        old.SketchFiles?.AfterClose(
            () => core.Quietly(core.Files.GenerationDirectory(kept.Generation), () => core.Files.DeleteSketches(kept.Generation)));
        old.CodeFiles.AfterClose(
            () => core.Quietly(core.Files.GenerationDirectory(kept.Generation), () => codes.Extents.Trim(kept.RowCount)));
    }

    private void WhenKeptIsClosed(Action action)
    {
        if (_keptCodes is { } codes)
            codes.AfterClose(action);
        else
            action();
        _keptCodes = null;
    }

    private void Delete(string folder, string deletedPoint)
    {
        core.DeleteFolder(folder);
        core.Pass(deletedPoint);
    }
}
