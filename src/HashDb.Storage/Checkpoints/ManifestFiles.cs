// The two copies of the manifest. Either alone is enough: when one is damaged the other is used, and because the log is purged
// only after both are written, even an older copy leads to the same state.
using HashDb.Models.Files;
using HashDb.Storage.Files;

namespace HashDb.Storage.Checkpoints;

internal static class ManifestFiles
{
    public static void Write(string directory, CollectionManifest manifest, FaultPoints? points = null)
    {
        WriteNewest(directory, manifest, points);
        WriteCopy(directory, manifest, points);
    }

    /// <summary>Writes the first of the two, which an opening finds from then on.</summary>
    /// <exception cref="FlushFailedException">It is not known which an opening finds.</exception>
    /// <exception cref="IOException">An opening finds the one before.</exception>
    public static void WriteNewest(string directory, CollectionManifest manifest, FaultPoints? points)
    {
        AtomicFile.Write(Path.Combine(directory, CollectionManifest.FileName), manifest.ToBytes());
        points?.Pass(FaultPoints.CheckpointManifestWritten);
    }

    /// <summary>Writes the second; nothing that only the one before it names may be deleted earlier.</summary>
    public static void WriteCopy(string directory, CollectionManifest manifest, FaultPoints? points)
    {
        AtomicFile.Write(Path.Combine(directory, CollectionManifest.CopyFileName), manifest.ToBytes());
        points?.Pass(FaultPoints.CheckpointCopyWritten);
    }

    /// <summary>The newest sound copy.</summary>
    /// <param name="directory">The collection's folder.</param>
    /// <param name="damaged">The damage of the other copy, or null.</param>
    /// <exception cref="CorruptDataException">Neither copy can be read.</exception>
    public static CollectionManifest Read(string directory, out CorruptDataException? damaged) => Read(directory, out damaged, out _);

    /// <inheritdoc cref="Read(string, out CorruptDataException?)"/>
    /// <param name="areAlike">
    /// False when only one copy is sound, or one is older: before anything that only the older one names is deleted, both must be
    /// written.
    /// </param>
    public static CollectionManifest Read(string directory, out CorruptDataException? damaged, out bool areAlike)
    {
        (CollectionManifest? first, CorruptDataException? firstDamage) = TryRead(Path.Combine(directory, CollectionManifest.FileName));
        (CollectionManifest? second, CorruptDataException? secondDamage) =
            TryRead(Path.Combine(directory, CollectionManifest.CopyFileName));
        damaged = firstDamage ?? secondDamage;
        // Every manifest begins a log segment of its own, so the segment tells two attempts at one checkpoint apart.
        areAlike = first is not null && second is not null && first.Checkpoint == second.Checkpoint
            && first.LogSegment == second.LogSegment;
        if (first is null && second is null)
            throw firstDamage!;
        if (first is null || second is null)
            return (first ?? second)!;
        return first.Checkpoint >= second.Checkpoint ? first : second;
    }

    private static (CollectionManifest? Manifest, CorruptDataException? Damage) TryRead(string path)
    {
        try
        {
            return (CollectionManifest.Read(path), null);
        }
        catch (CorruptDataException exception)
        {
            return (null, exception);
        }
    }
}
