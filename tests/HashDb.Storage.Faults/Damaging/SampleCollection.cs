// What is known of one collection of a sample database: what the record files hold as of the manifest, row by row, and the
// frames of the log that follow. From it, and from the bytes that a damage has changed, follows what a repair must save.
using HashDb.Storage.Checkpoints;
using HashDb.Storage.Faults.Checks;
using HashDb.Storage.Files;
using HashDb.Storage.Log;
using HashDb.Storage.Records;

namespace HashDb.Storage.Faults.Damaging;

/// <summary>A live row as of the manifest, and where its bytes are.</summary>
internal sealed record SampleRow(long Row, ulong Id, IReadOnlyList<FileStretch> Stretches);

/// <summary>A frame of the log, and what it does.</summary>
internal sealed record SampleFrame(FileStretch Stretch, SampleOperation Operation);

/// <summary>Bytes of a file, named by its path within the database.</summary>
internal sealed record FileStretch(string File, long Offset, long Length);

internal sealed class SampleCollection
{
    private readonly KeyKind _keys;
    private readonly Dictionary<ulong, StoredItem> _checkpointed;

    private SampleCollection(
        string name,
        KeyKind keys,
        Dictionary<ulong, StoredItem> checkpointed,
        List<SampleRow> rows,
        List<SampleFrame> frames,
        HashSet<ulong> ids)
    {
        Name = name;
        _keys = keys;
        _checkpointed = checkpointed;
        Rows = rows;
        Frames = frames;
        Ids = ids;
    }

    public string Name { get; }

    /// <summary>Folder of the generation that is kept for a rollback, within the database; null when none is.</summary>
    public string? KeptFolder { get; private init; }

    /// <summary>Live rows as of the manifest.</summary>
    public IReadOnlyList<SampleRow> Rows { get; }

    public IReadOnlyList<SampleFrame> Frames { get; }

    /// <summary>Items that its draft has learned.</summary>
    public required long DraftItems { get; init; }

    /// <summary>The number of every item that was ever written.</summary>
    public IReadOnlySet<ulong> Ids { get; }

    /// <summary>What the collection must hold, by the numbers of the items, when some rows and frames are lost.</summary>
    public Dictionary<ulong, StoredItem> Without(IReadOnlySet<ulong> lostIds, IReadOnlySet<SampleFrame> lostFrames)
    {
        var state = new Dictionary<ulong, StoredItem>(_checkpointed.Where(item => !lostIds.Contains(StoredId(_keys, item.Key))));
        foreach (SampleFrame frame in Frames)
        {
            if (!lostFrames.Contains(frame))
                frame.Operation.ApplyTo(state);
        }
        return state;
    }

    /// <summary>Reads the layout of the collection from its sound files.</summary>
    /// <param name="database">Folder of the database.</param>
    /// <param name="name">Name of the collection.</param>
    /// <param name="operations">Every write, in order.</param>
    public static SampleCollection Read(string database, string name, IReadOnlyList<SampleOperation> operations)
    {
        var files = new CollectionFiles(DatabaseFolder.CollectionPath(database, name));
        CollectionManifest manifest = ManifestFiles.Read(files.Root, out _);
        List<FileStretch> frames = FindFrames(database, files, manifest);
        var checkpointed = new Dictionary<ulong, StoredItem>();
        foreach (SampleOperation operation in operations.SkipLast(frames.Count))
            operation.ApplyTo(checkpointed);
        List<SampleRow> rows = FindRows(database, files, manifest);
        CheckFailedException.Unless(
            rows.Select(row => row.Id).ToHashSet().SetEquals(checkpointed.Keys.Select(number => StoredId(manifest.Keys, number))),
            $"the sample collection {name} does not hold what was written");
        return new SampleCollection(
            name,
            manifest.Keys,
            checkpointed,
            rows,
            [.. frames.Zip(operations.TakeLast(frames.Count), (stretch, operation) => new SampleFrame(stretch, operation))],
            [.. operations.SelectMany(operation => operation.Stored.Select(item => item.Key).Concat(operation.Deleted))])
        {
            KeptFolder = manifest.Previous is { } kept ? Path.GetRelativePath(database, files.GenerationDirectory(kept.Generation)) : null,
            DraftItems = operations.Sum(operation => (long)operation.LearnedCount),
        };
    }

    private static ulong StoredId(KeyKind keys, ulong number) => ItemKey.Of(keys, number).Id.Value;

    private static List<FileStretch> FindFrames(string database, CollectionFiles files, CollectionManifest manifest)
    {
        var frames = new List<FileStretch>();
        foreach (ulong segment in WriteAheadLog.SegmentsIn(files.LogDirectory).Where(segment => segment >= manifest.LogSegment))
        {
            string path = WriteAheadLog.PathOf(files.LogDirectory, segment);
            byte[] bytes = File.ReadAllBytes(path);
            for (int at = FileHeader.Length; LogFormat.TryReadFrameHeader(bytes.AsSpan(at), out FrameHeader frame);)
            {
                int length = LogFormat.FrameHeaderLength + frame.BodyLength;
                frames.Add(new FileStretch(Path.GetRelativePath(database, path), at, length));
                at += length;
            }
        }
        return frames;
    }

    private static List<SampleRow> FindRows(string database, CollectionFiles files, CollectionManifest manifest)
    {
        var records =
            new RecordStore(files.RecordsDirectory(manifest.Records), manifest.CollectionId, manifest.Records, manifest.Dimensions);
        DeadRows dead = DeadRows.FromBitmaps(manifest.DeadRows);
        var rows = new List<SampleRow>();
        string path = manifest.RowCount == 0 ? "" : records.Metadata.PathOf(0);
        byte[] bytes = manifest.RowCount == 0 ? [] : File.ReadAllBytes(path);
        for (uint row = 0; row < manifest.RowCount; row++)
        {
            if (dead.IsDead(row))
                continue;
            RowMetadata metadata =
                RowMetadata.ReadFrom(bytes.AsSpan((int)ExtentSet.OffsetInFile(records.Metadata.Layout, RowMetadata.Length, row)));
            var stretches = new List<FileStretch> { StretchOf(records.Metadata, row), StretchOf(records.Vectors, row) };
            if (metadata.BlobLength > 0)
            {
                string blobs = records.Blobs.PathOf(BlobStore.FileOf(metadata.BlobAddress));
                stretches.Add(
                    new FileStretch(Path.GetRelativePath(database, blobs), BlobStore.OffsetOf(metadata.BlobAddress), metadata.BlobLength));
            }
            rows.Add(new SampleRow(row, metadata.Id.Value, stretches));
        }
        return rows;

        FileStretch StretchOf(ExtentSet extents, uint row) => new(
            Path.GetRelativePath(database, extents.PathOf(0)), ExtentSet.OffsetInFile(extents.Layout, extents.Stride, row), extents.Stride);
    }
}
