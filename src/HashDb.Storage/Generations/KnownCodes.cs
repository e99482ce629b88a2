// The hashcodes of a kept generation, opened to be taken over by a rollback. Each row's are compared with their checksum when
// they are taken: they were not read at open, and what is damaged can be encoded again.
using HashDb.Storage.Checkpoints;
using HashDb.Storage.Index;
using HashDb.Storage.Records;
using HashDb.Storage.Snapshot;

namespace HashDb.Storage.Generations;

internal sealed class KnownCodes : IDisposable
{
    private KnownCodes(SharedFiles<CodeStore> files, long rows)
    {
        Files = files;
        Rows = rows;
    }

    public SharedFiles<CodeStore> Files { get; }

    public CodeStore Codes => Files.Files;

    /// <summary>Rows that have codes.</summary>
    public long Rows { get; }

    /// <summary>The kept codes, or null when they are of other record files or cannot be opened.</summary>
    /// <param name="core">The collection.</param>
    /// <param name="kept">The kept generation.</param>
    /// <param name="stillOpen">Its files, when searches that began under it may still hold them open.</param>
    /// <param name="records">Number of the live records folder.</param>
    public static KnownCodes? Open(CollectionCore core, KeptGeneration kept, SharedFiles<CodeStore>? stillOpen, uint records)
    {
        if (kept.Records != records || kept.RowCount == 0)
            return null;
        if (stillOpen?.TryAddUser() == true)
            return new KnownCodes(stillOpen, kept.RowCount);
        CodeStore codes = StoreOf(core.Files, core.Commit.Manifest.CollectionId, kept);
        try
        {
            codes.Extents.Open(kept.RowCount);
            var files = new SharedFiles<CodeStore>(codes);
            files.AfterClose(() => core.Quietly(core.Files.GenerationDirectory(kept.Generation), () => codes.Extents.Trim(kept.RowCount)));
            return new KnownCodes(files, kept.RowCount);
        }
        catch (CorruptDataException exception)
        {
            codes.Dispose();
            StorageLog.KeptCodesDamaged(core.Logger, core.Name, exception.Message);
            return null;
        }
    }

    /// <summary>Where the hashcodes of a kept generation are; not opened.</summary>
    public static CodeStore StoreOf(CollectionFiles files, Guid collectionId, KeptGeneration kept) =>
        new(
            files.GenerationDirectory(kept.Generation),
            collectionId,
            kept.Generation,
            new PostingShape(kept.BitCount, kept.TableCount).RowBytes);

    public void Dispose() => Files.RemoveUser();
}
