// The names of the files and folders of one collection; docs/FILE-FORMAT.md, "Layout".
namespace HashDb.Storage;

internal sealed record CollectionFiles(string Root)
{
    public const string ModelFileName = "model.hdbm";
    private const string ScratchName = "postings.scratch";

    public string LogDirectory => Path.Combine(Root, "wal");

    public string RecordsDirectory(uint number) => Path.Combine(Root, $"records-{number:D6}");

    public string GenerationDirectory(uint number) => Path.Combine(Root, $"gen-{number:D6}");

    public string ModelPath(uint generation) => Path.Combine(GenerationDirectory(generation), ModelFileName);

    /// <summary>A path for spilled postings; a new one each time, because an old store may still be draining.</summary>
    public string NewScratchPath(uint generation) =>
        Path.Combine(GenerationDirectory(generation), $"{ScratchName}-{Guid.NewGuid():N}");

    /// <summary>Deletes what an earlier stop left half made: spilled postings, and folders that the manifest does not name.</summary>
    public void DeleteLeftovers(uint liveRecords, uint liveGeneration)
    {
        foreach (string directory in Directory.EnumerateDirectories(Root))
        {
            string name = Path.GetFileName(directory);
            bool isOurs = name.StartsWith("records-", StringComparison.Ordinal) || name.StartsWith("gen-", StringComparison.Ordinal);
            if (isOurs && directory != RecordsDirectory(liveRecords) && directory != GenerationDirectory(liveGeneration))
                Directory.Delete(directory, recursive: true);
        }
        foreach (string scratch in Directory.EnumerateFiles(GenerationDirectory(liveGeneration), ScratchName + "*"))
            File.Delete(scratch);
        foreach (string temporary in Directory.EnumerateFiles(Root, "*.tmp"))
            File.Delete(temporary);
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
}
