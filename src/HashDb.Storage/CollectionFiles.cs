// The names of the files and folders of one collection; docs/FILE-FORMAT.md, "Layout".
using HashDb.Storage.Checkpoints;
using HashDb.Storage.Records;
using HashDb.Storage.Sketches;

namespace HashDb.Storage;

internal sealed record CollectionFiles(string Root)
{
    public const string ModelFileName = "model.hdbm";
    public const string CellsFileName = "cells.hdbm";
    private const string DraftPrefix = "draft-";
    private const string ScratchName = "postings.scratch";

    /// <summary>Where spilled postings go; null for the folder of their generation.</summary>
    public string? ScratchDirectory { get; init; }

    public string LogDirectory => Path.Combine(Root, "wal");

    public string RecordsDirectory(uint number) => Path.Combine(Root, $"records-{number:D6}");

    public string GenerationDirectory(uint number) => Path.Combine(Root, $"gen-{number:D6}");

    /// <summary>The state of the draft as of a log operation.</summary>
    public string DraftPath(long sequenceNumber) => Path.Combine(Root, $"{DraftPrefix}{sequenceNumber:D12}");

    public string ModelPath(uint generation) => Path.Combine(GenerationDirectory(generation), ModelFileName);

    /// <summary>The cells by which rows have sketches, where the model is not of cells.</summary>
    public string CellsPath(uint generation) => Path.Combine(GenerationDirectory(generation), CellsFileName);

    /// <summary>A path for spilled postings; a new one each time, because an old store may still be draining.</summary>
    public string NewScratchPath(uint generation) =>
        Path.Combine(ScratchDirectory ?? GenerationDirectory(generation), $"{ScratchName}-{Guid.NewGuid():N}");

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

    /// <summary>
    /// Deletes the sketches of a generation that is kept: a rollback makes them anew. Their cells are left, which are small.
    /// </summary>
    public void DeleteSketches(uint generation)
    {
        if (Directory.Exists(GenerationDirectory(generation)))
            DeleteFiles(GenerationDirectory(generation), SketchIndex.FileName + "-*");
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

    /// <summary>
    /// Bytes of the files that nobody has open and counts: manifests, models, drafts, and the hashcodes of other generations than the
    /// live one. Spilled postings are scratch and do not count.
    /// </summary>
    public long OtherBytes(uint records, uint generation)
    {
        string liveRecords = RecordsDirectory(records);
        string liveGeneration = GenerationDirectory(generation);
        long bytes = 0;
        foreach (FileInfo file in new DirectoryInfo(Root).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            bool isCounted = file.DirectoryName == liveRecords
                || (file.DirectoryName == liveGeneration && IsOpen(file.Name))
                || file.DirectoryName == LogDirectory;
            if (!isCounted && !file.Name.StartsWith(ScratchName, StringComparison.Ordinal))
                bytes += file.Length;
        }
        return bytes;
    }

    private static bool IsOpen(string name) =>
        name.StartsWith(CodeStore.FileName + "-", StringComparison.Ordinal)
        || name.StartsWith(SketchIndex.FileName + "-", StringComparison.Ordinal);

    private static void DeleteFiles(string directory, string pattern)
    {
        foreach (string file in Directory.EnumerateFiles(directory, pattern))
            File.Delete(file);
    }
}
