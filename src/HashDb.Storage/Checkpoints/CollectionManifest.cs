// What is true of a collection as of its last checkpoint; docs/FILE-FORMAT.md, "Manifest". Everything before the applied
// sequence number is in the record files up to the row count; everything after it is in the log from the named segment on.
// Written whole, twice (MANIFEST, then MANIFEST.copy), each by rename; the log is purged only after both.
using System.Buffers;
using System.Buffers.Binary;
using HashDb.Fields;
using HashDb.Models;
using HashDb.Serialization;
using HashDb.Storage.Commit;
using HashDb.Storage.Files;
using HashDb.Storage.Records;
using MessagePack;

namespace HashDb.Storage.Checkpoints;

internal sealed record CollectionManifest
{
    public const string FileName = "MANIFEST";
    public const string CopyFileName = "MANIFEST.copy";
    public const uint Magic = 0x4E444248; // "HBDN"
    public const int HeaderLength = 16;
    public const int VersionOffset = 4;
    public const int BodyLengthOffset = 8;
    public const int ChecksumOffset = 12;
    public const uint Version = 4;

    /// <summary>The format before fields were indexed; still read.</summary>
    public const uint VersionWithoutIndexes = 3;

    /// <summary>The format before digests of the clients' writes were kept, and how far clients are forgotten; still read.</summary>
    public const uint VersionBefore = 2;

    /// <summary>The format before clients, a previous generation and a draft were remembered; still read.</summary>
    public const uint OldestVersion = 1;

    /// <summary>1 GiB: bitmaps of dead rows for 2^32 rows take half of it.</summary>
    private const int MaxBytes = 1 << 30;

    public const int FieldCount = 20;
    public const int FieldCountOfVersion3 = 19;
    public const int FieldCountOfVersion2 = 17;
    public const int FieldCountOfVersion1 = 14;
    public const int KeptFieldCount = 6;

    public required Guid CollectionId { get; init; }

    public required int Dimensions { get; init; }

    public required DistanceMetric Metric { get; init; }

    public required int BitCount { get; init; }

    public required int TableCount { get; init; }

    /// <summary>Fingerprint of the model file of the live generation.</summary>
    public required ModelFingerprint Model { get; init; }

    /// <summary>Number of the folder of records.</summary>
    public required uint Records { get; init; }

    /// <summary>Number of the folder of the live generation.</summary>
    public required uint Generation { get; init; }

    /// <summary>Counts checkpoints; the higher of the two copies is the newer.</summary>
    public required long Checkpoint { get; init; }

    /// <summary>Rows in the record files, dead ones included.</summary>
    public required long RowCount { get; init; }

    /// <summary>Address of the next blob.</summary>
    public required ulong BlobTail { get; init; }

    /// <summary>Last operation that the record files hold.</summary>
    public required long AppliedSequenceNumber { get; init; }

    /// <summary>Segment that begins with the operation after it.</summary>
    public required ulong LogSegment { get; init; }

    /// <summary>Dead rows: a bitmap of 65,536 rows under its number, for those that have any.</summary>
    public required IReadOnlyList<KeyValuePair<int, byte[]>> DeadRows { get; init; }

    /// <summary>Where the clients that stamp their writes were, the one whose last write is oldest first.</summary>
    public required IReadOnlyList<KeyValuePair<Guid, ClientPosition>> Clients { get; init; }

    /// <summary>Log sequence number of the newest write that a forgotten client made; 0 while none was forgotten.</summary>
    public long ForgottenThrough { get; init; }

    /// <summary>The generation before the live one, when it is kept.</summary>
    public KeptGeneration? Previous { get; init; }

    /// <summary>What the records are known by.</summary>
    public KeyKind Keys { get; init; }

    /// <summary>Last operation that the draft holds, which names the file of its state; 0 when there is no draft.</summary>
    public long DraftSequenceNumber { get; init; }

    /// <summary>The fields that have an index, in the order in which they were given one.</summary>
    public IReadOnlyList<string> IndexedFields { get; init; } = [];

    public byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Advance(buffer.GetSpan(HeaderLength)[..HeaderLength].Length);
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(FieldCount);
        writer.Write(CollectionId.ToByteArray());
        writer.Write(Dimensions);
        writer.Write((int)Metric);
        writer.Write(BitCount);
        writer.Write(TableCount);
        writer.Write(Model.ToBytes());
        writer.Write(Records);
        writer.Write(Generation);
        writer.Write(Checkpoint);
        writer.Write(RowCount);
        writer.Write(BlobTail);
        writer.Write(AppliedSequenceNumber);
        writer.Write(LogSegment);
        writer.WriteMapHeader(DeadRows.Count);
        foreach ((int chunk, byte[] bitmap) in DeadRows)
        {
            writer.Write(chunk);
            writer.Write(bitmap);
        }
        ManifestClients.Write(ref writer, Clients);
        WriteKept(ref writer, Previous);
        writer.Write(DraftSequenceNumber);
        writer.Write(ForgottenThrough);
        writer.Write((int)Keys);
        writer.WriteArrayHeader(IndexedFields.Count);
        foreach (string field in IndexedFields)
            writer.WriteText(field);
        writer.Flush();

        byte[] bytes = buffer.WrittenSpan.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(VersionOffset), Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(BodyLengthOffset), bytes.Length - HeaderLength);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(ChecksumOffset), ChecksumOf(bytes));
        return bytes;
    }

    /// <summary>Reads a manifest file.</summary>
    /// <exception cref="CorruptDataException">It is missing or damaged.</exception>
    /// <exception cref="HashDbException">It is of a newer format version.</exception>
    public static CollectionManifest Read(string path)
    {
        if (!File.Exists(path))
            throw new CorruptDataException(path, -1, "the manifest is missing");
        long length = new FileInfo(path).Length;
        if (length is < HeaderLength or > MaxBytes)
            throw new CorruptDataException(path, length, $"a manifest has {HeaderLength} to {MaxBytes} bytes; this file has {length}");
        byte[] bytes = File.ReadAllBytes(path);
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic)
            throw new CorruptDataException(path, 0, "this is not a manifest");
        if (BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(BodyLengthOffset)) != bytes.Length - HeaderLength)
            throw new CorruptDataException(path, BodyLengthOffset, "the manifest is not as long as it says");
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(ChecksumOffset)) != ChecksumOf(bytes))
            throw new CorruptDataException(path, ChecksumOffset, "the manifest does not match its checksum");
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(VersionOffset));
        if (version is < OldestVersion or > Version)
            throw new HashDbException(
                HashDbErrorCode.UnsupportedVersion, $"{path} has format version {version}; this build reads {OldestVersion} to {Version}.");
        try
        {
            return Parse(bytes.AsMemory(HeaderLength), version);
        }
        catch (Exception exception) when (exception is MessagePackSerializationException or ArgumentException or OverflowException)
        {
            throw new CorruptDataException(path, HeaderLength, "the manifest's checksum is sound but its fields are not", exception);
        }
    }

    private static CollectionManifest Parse(ReadOnlyMemory<byte> body, uint version)
    {
        var reader = new StrictMessagePackReader(body);
        int fields = reader.ReadArrayHeader();
        int expected = version switch
        {
            OldestVersion => FieldCountOfVersion1,
            VersionBefore => FieldCountOfVersion2,
            VersionWithoutIndexes => FieldCountOfVersion3,
            _ => FieldCount,
        };
        if (fields != expected)
            throw new ArgumentException($"A manifest of version {version} has {expected} fields, not {fields}.", nameof(body));
        var manifest = new CollectionManifest
        {
            CollectionId = new Guid(reader.ReadBytes()!.Value.ToArray()),
            Dimensions = reader.ReadInt32(),
            Metric = (DistanceMetric)reader.ReadInt32(),
            BitCount = reader.ReadInt32(),
            TableCount = reader.ReadInt32(),
            Model = new ModelFingerprint(reader.ReadBytes()!.Value.ToArray()),
            Records = reader.ReadUInt32(),
            Generation = reader.ReadUInt32(),
            Checkpoint = reader.ReadInt64(),
            RowCount = reader.ReadInt64(),
            BlobTail = reader.ReadUInt64(),
            AppliedSequenceNumber = reader.ReadInt64(),
            LogSegment = reader.ReadUInt64(),
            DeadRows = [],
            Clients = [],
        };
        if (manifest.Dimensions is < 1 or > ModelLimits.MaxDimensions
            || manifest.BitCount is < Hashcode.MinBitCount or > Hashcode.MaxBitCount
            || manifest.TableCount is < 1 or > ModelLimits.MaxTableCount
            || manifest.RowCount is < 0 or > StorageLimits.MaxRowCount)
            throw new ArgumentException("A size in the manifest is outside its limit.", nameof(body));
        var dead = new List<KeyValuePair<int, byte[]>>();
        int chunks = reader.ReadMapHeader();
        for (int i = 0; i < chunks; i++)
        {
            int chunk = reader.ReadInt32();
            byte[] bitmap = reader.ReadBytes()!.Value.ToArray();
            if (bitmap.Length != Storage.Records.DeadRows.ChunkBitmapBytes || chunk < 0
                || (long)chunk << Storage.Records.DeadRows.ChunkBits >= manifest.RowCount)
                throw new ArgumentException("A bitmap of dead rows does not fit the row count.", nameof(body));
            dead.Add(new KeyValuePair<int, byte[]>(chunk, bitmap));
        }
        manifest = manifest with { DeadRows = dead };
        if (version == OldestVersion)
            return manifest;
        manifest = manifest with
        {
            Clients = ManifestClients.Read(ref reader, hasRecent: version > VersionBefore),
            Previous = ReadKept(ref reader, manifest),
            DraftSequenceNumber = ReadDraft(ref reader, manifest)
        };
        return manifest with
        {
            ForgottenThrough = version == VersionBefore
                ? ManifestClients.ForgottenAtMost(manifest.Clients)
                : ReadForgotten(ref reader, manifest),
            Keys = version == VersionBefore ? KeyKind.Number : ReadKeys(ref reader),
            IndexedFields = version <= VersionWithoutIndexes ? [] : ReadIndexedFields(ref reader),
        };
    }

    private static string[] ReadIndexedFields(ref StrictMessagePackReader reader)
    {
        int count = reader.ReadArrayHeader();
        if (count > StorageLimits.MaxIndexCount)
            throw new ArgumentException($"{count} fields are indexed; the limit is {StorageLimits.MaxIndexCount}.", nameof(reader));
        string[] fields = new string[count];
        for (int i = 0; i < count; i++)
        {
            fields[i] = reader.ReadString() ?? "";
            FieldNames.Check(fields[i], nameof(reader));
        }
        return fields.Distinct().Count() == count
            ? fields
            : throw new ArgumentException("A field is indexed twice.", nameof(reader));
    }

    private static KeyKind ReadKeys(ref StrictMessagePackReader reader) => reader.ReadInt32() is >= 0 and <= (int)KeyKind.Guid and var keys
        ? (KeyKind)keys
        : throw new ArgumentException("The kind of keys in the manifest is none.", nameof(reader));

    private static long ReadForgotten(ref StrictMessagePackReader reader, CollectionManifest manifest)
    {
        long through = reader.ReadInt64();
        return through >= 0 && through <= manifest.AppliedSequenceNumber
            ? through
            : throw new ArgumentException(
                $"Clients are forgotten up to operation {through}, which is not one of the {manifest.AppliedSequenceNumber} that are "
                + "applied.",
                nameof(reader));
    }

    private static long ReadDraft(ref StrictMessagePackReader reader, CollectionManifest manifest)
    {
        long draft = reader.ReadInt64();
        return draft >= 0 && draft <= manifest.AppliedSequenceNumber
            ? draft
            : throw new ArgumentException(
                $"A draft of operation {draft} is not one of the {manifest.AppliedSequenceNumber} that are applied.", nameof(reader));
    }

    private static void WriteKept(ref MessagePackWriter writer, KeptGeneration? kept)
    {
        if (kept is null)
        {
            writer.WriteNil();
            return;
        }
        writer.WriteArrayHeader(KeptFieldCount);
        writer.Write(kept.Generation);
        writer.Write(kept.Model.ToBytes());
        writer.Write(kept.BitCount);
        writer.Write(kept.TableCount);
        writer.Write(kept.Records);
        writer.Write(kept.RowCount);
    }

    private static KeptGeneration? ReadKept(ref StrictMessagePackReader reader, CollectionManifest manifest)
    {
        if (reader.TryReadNil())
            return null;
        if (reader.ReadArrayHeader() != KeptFieldCount)
            throw new ArgumentException($"A kept generation has {KeptFieldCount} fields.", nameof(reader));
        uint generation = reader.ReadUInt32();
        var model = new ModelFingerprint(reader.ReadBytes()!.Value.ToArray());
        var kept = new KeptGeneration(generation, model, reader.ReadInt32(), reader.ReadInt32(), reader.ReadUInt32(), reader.ReadInt64());
        bool isOfLiveRows = kept.Records == manifest.Records;
        if (kept.Generation >= manifest.Generation
            || kept.BitCount is < Hashcode.MinBitCount or > Hashcode.MaxBitCount
            || kept.TableCount is < 1 or > ModelLimits.MaxTableCount
            || kept.RowCount < 0
            || kept.RowCount > (isOfLiveRows ? manifest.RowCount : 0))
            throw new ArgumentException("A kept generation does not fit the live one.", nameof(reader));
        return kept;
    }

    /// <summary>Over the version, the length and the body, so that every byte but the checksum itself is covered.</summary>
    private static uint ChecksumOf(ReadOnlySpan<byte> bytes) =>
        Checksum.Compute(bytes[HeaderLength..], BinaryPrimitives.ReadUInt64LittleEndian(bytes[VersionOffset..]));
}
