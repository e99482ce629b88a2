// The names of the files and folders of one collection; docs/FILE-FORMAT.md, "Layout".
using HashDb.Storage.Checkpoints;
using HashDb.Storage.Records;

namespace HashDb.Storage;

internal sealed record CollectionFiles(string Root)
{
    public const string ModelFileName = "model.hdbm";
    private const string DraftPrefix = "draft-";
    private const string ScratchName = "postings.scratch";

    public string LogDirectory => Path.Combine(Root, "wal");

    public string RecordsDirectory(uint number) => Path.Combine(Root, $"records-{number:D6}");

    public string GenerationDirectory(uint number) => Path.Combine(Root, $"gen-{number:D6}");

    /// <summary>The state of the draft as of a log operation.</summary>
    public string DraftPath(long sequenceNumber) => Path.Combine(Root, $"{DraftPrefix}{sequenceNumber:D12}");

    public string ModelPath(uint generation) => Path.Combine(GenerationDirectory(generation), ModelFileName);

    /// <summary>A path for spilled postings; a new one each time, because an old store may still be draining.</summary>
    public string NewScratchPath(uint generation) =>
        Path.Combine(GenerationDirectory(generation), $"{ScratchName}-{Guid.NewGuid():N}");

    /// <summary>Deletes what an earlier stop left half made: spilled postings, and folders that the manifest does not name.</summary>
    public void DeleteLeftovers(CollectionManifest manifest)
    {
        string[] named =
        [
            RecordsDirectory(manifest.Records),
            GenerationDirectory(manifest.Generation),
            manifest.Previous is { } kept ? GenerationDirectory(kept.Generation) : "",
        ];
        foreach (string directory in Directory.EnumerateDirectories(Root))
        {
            string name = Path.GetFileName(directory);
            bool isOurs = name.StartsWith("records-", StringComparison.Ordinal) || name.StartsWith("gen-", StringComparison.Ordinal);
            if (isOurs && !named.Contains(directory))
                Directory.Delete(directory, recursive: true);
            else if (isOurs)
                DeleteFiles(directory, ScratchName + "*");
        }
        if (manifest.Previous is { RowCount: 0 } model)
            DeleteCodes(model.Generation);
        DeleteOtherDrafts(manifest);
        DeleteFiles(Root, "*.tmp");
    }

    /// <summary>Deletes the hashcodes of a generation of which only the model is kept.</summary>
    public void DeleteCodes(uint generation)
    {
        if (Directory.Exists(GenerationDirectory(generation)))
            DeleteFiles(GenerationDirectory(generation), CodeStore.FileName + "-*");
    }

    /// <summary>Deletes the states of the draft that the manifest does not name.</summary>
    public void DeleteOtherDrafts(CollectionManifest manifest)
    {
        foreach (string draft in Directory.EnumerateFiles(Root, DraftPrefix + "*"))
        {
            if (draft != DraftPath(manifest.DraftSequenceNumber))
                File.Delete(draft);
        }
    }

    /// <summary>Bytes of all files, as their lengths say; sparse stretches of open extents count as taken.</summary>
    public long BytesOnDisk()
    {
        long bytes = 0;
        foreach (string file in Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories))
        {
            var info = new FileInfo(file);
            if (info.Exists)
                bytes += info.Length;
        }
        return bytes;
    }

    private static void DeleteFiles(string directory, string pattern)
    {
        foreach (string file in Directory.EnumerateFiles(directory, pattern))
            File.Delete(file);
    }
}
