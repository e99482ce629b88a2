// The state of a draft as of a checkpoint; docs/FILE-FORMAT.md, "Draft". Named by the last log operation that it holds, so that a name
// never means two contents. Written before the manifest that names it, deleted after both copies name another.
using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using HashDb.Models;
using HashDb.Models.Files;
using HashDb.Models.Training;
using HashDb.Serialization;
using HashDb.Storage.Files;
using MessagePack;

namespace HashDb.Storage.Learning;

internal static class DraftFile
{
    public const uint Magic = 0x4C444248; // "HBDL"
    public const uint Version = 1;
    public const int HeaderLength = 48;
    public const int MagicOffset = 0;
    public const int VersionOffset = 4;
    public const int CollectionIdOffset = 8;
    public const int SequenceNumberOffset = 24;
    public const int BodyLengthOffset = 32;
    public const int BodyChecksumOffset = 40;
    public const int HeaderChecksumOffset = 44;

    /// <summary>A float32 and a float64 of learner's state.</summary>
    public const int BytesPerWeight = sizeof(float) + sizeof(double);

    private const int FieldCount = 3;
    private const int ItemFieldCount = 2;

    /// <summary>The largest file: state, reservoir, and what surrounds them.</summary>
    private const long MaxBytes = StorageLimits.MaxDraftBytes + (256L << 20);

    public static void Write(string path, Guid collectionId, DraftSnapshot draft)
    {
        byte[] state = HashModelFile.ToBytes(draft.State.AsModel());
        var buffer = new ArrayBufferWriter<byte>(HeaderLength + state.Length);
        buffer.GetSpan(HeaderLength)[..HeaderLength].Clear();
        buffer.Advance(HeaderLength);
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(FieldCount);
        writer.Write(draft.Reservoir.OfferedCount);
        writer.WriteArrayHeader(draft.Reservoir.Items.Count);
        foreach ((float[] vector, int[] labels) in draft.Reservoir.Items)
        {
            writer.WriteArrayHeader(ItemFieldCount);
            writer.Write(LittleEndian<int>(labels));
            writer.Write(LittleEndian<float>(vector));
        }
        writer.Write(state);
        writer.Flush();

        byte[] bytes = buffer.WrittenSpan.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(MagicOffset), Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(VersionOffset), Version);
        collectionId.TryWriteBytes(bytes.AsSpan(CollectionIdOffset));
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(SequenceNumberOffset), draft.SequenceNumber);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(BodyLengthOffset), bytes.Length - HeaderLength);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(BodyChecksumOffset), Checksum.Compute(bytes.AsSpan(HeaderLength)));
        BinaryPrimitives.WriteUInt32LittleEndian(
            bytes.AsSpan(HeaderChecksumOffset), Checksum.Compute(bytes.AsSpan(0, HeaderChecksumOffset)));
        AtomicFile.Write(path, bytes);
    }

    /// <summary>Reads a draft.</summary>
    /// <exception cref="CorruptDataException">The file is missing or damaged; names it.</exception>
    /// <exception cref="HashDbException">It is of a newer format version.</exception>
    public static DraftSnapshot Read(string path, Guid collectionId, long sequenceNumber, int dimensions)
    {
        if (!File.Exists(path))
            throw new CorruptDataException(path, -1, "the draft's file is missing");
        long length = new FileInfo(path).Length;
        if (length is < HeaderLength or > MaxBytes)
            throw new CorruptDataException(
                path, length, $"the file of a draft has {HeaderLength} to {MaxBytes} bytes; this one has {length}");
        byte[] bytes = File.ReadAllBytes(path);
        CheckHeader(path, bytes, collectionId, sequenceNumber);
        try
        {
            return Parse(path, bytes.AsMemory(HeaderLength), sequenceNumber, dimensions);
        }
        catch (Exception exception) when (exception is MessagePackSerializationException or ArgumentException)
        {
            throw new CorruptDataException(
                path, HeaderLength, "the draft's checksum is sound but its fields are not: " + exception.Message, exception);
        }
    }

    private static void CheckHeader(string path, byte[] bytes, Guid collectionId, long sequenceNumber)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(MagicOffset)) != Magic)
            throw new CorruptDataException(path, MagicOffset, "this is not the file of a draft");
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(HeaderChecksumOffset)) != Checksum.Compute(
            bytes.AsSpan(0, HeaderChecksumOffset)))
            throw new CorruptDataException(path, HeaderChecksumOffset, "the draft's header does not match its checksum");
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(VersionOffset));
        if (version != Version)
            throw new HashDbException(
                HashDbErrorCode.UnsupportedVersion, $"{path} has format version {version}; this build reads {Version}.");
        if (new Guid(bytes.AsSpan(CollectionIdOffset, 16)) != collectionId
            || BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(SequenceNumberOffset)) != sequenceNumber)
            throw new CorruptDataException(path, CollectionIdOffset, "the draft is sound but belongs to another collection or moment");
        if (BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(BodyLengthOffset)) != bytes.Length - HeaderLength)
            throw new CorruptDataException(path, BodyLengthOffset, "the draft is not as long as it says");
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(BodyChecksumOffset)) != Checksum.Compute(bytes.AsSpan(HeaderLength)))
            throw new CorruptDataException(path, BodyChecksumOffset, "the draft does not match its checksum");
    }

    private static DraftSnapshot Parse(string path, ReadOnlyMemory<byte> body, long sequenceNumber, int dimensions)
    {
        var reader = new StrictMessagePackReader(body);
        if (reader.ReadArrayHeader() != FieldCount)
            throw new ArgumentException($"A draft has {FieldCount} fields.", nameof(body));
        long offered = reader.ReadInt64();
        int count = reader.ReadArrayHeader();
        if (count > StorageLimits.MaxReservoirItems)
            throw new ArgumentException($"A reservoir holds at most {StorageLimits.MaxReservoirItems} items, not {count}.", nameof(body));
        var items = new List<(float[], int[])>(count);
        for (int i = 0; i < count; i++)
        {
            if (reader.ReadArrayHeader() != ItemFieldCount)
                throw new ArgumentException($"An item of the reservoir has {ItemFieldCount} fields.", nameof(body));
            int[] labels = FromLittleEndian<int>(reader.ReadBytes());
            float[] vector = FromLittleEndian<float>(reader.ReadBytes());
            if (labels.Length > StorageLimits.MaxLabelCount || vector.Length != dimensions)
                throw new ArgumentException(
                    $"An item of the reservoir has {vector.Length} dimensions and {labels.Length} labels.", nameof(body));
            items.Add((vector, labels));
        }
        DraftReservoir reservoir = DraftReservoir.TryRestore(dimensions, offered, items)
            ?? throw new ArgumentException($"A reservoir that was offered {offered} items does not hold {count}.", nameof(body));
        byte[] state = FromLittleEndian<byte>(reader.ReadBytes());
        if (!reader.End)
            throw new ArgumentException("More bytes follow the draft's fields.", nameof(body));
        IHashModel model = HashModelFile.FromBytes(state, path);
        return StreamLearning.StateOf(model) is { } learned && model.Dimensions == dimensions
            ? new DraftSnapshot(learned, reservoir, sequenceNumber)
            : throw new ArgumentException($"The learner's state is not one of {dimensions} dimensions.", nameof(body));
    }

    private static byte[] LittleEndian<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        byte[] bytes = MemoryMarshal.AsBytes(values).ToArray();
        Swap<T>(bytes);
        return bytes;
    }

    private static T[] FromLittleEndian<T>(ReadOnlySequence<byte>? field)
        where T : unmanaged
    {
        byte[] bytes = (field ?? throw new ArgumentException("A binary field is nil.", nameof(field))).ToArray();
        int size = System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
        if (bytes.Length % size != 0)
            throw new ArgumentException($"A field of {bytes.Length} bytes is no whole number of values of {size}.", nameof(field));
        Swap<T>(bytes);
        return MemoryMarshal.Cast<byte, T>(bytes).ToArray();
    }

    private static void Swap<T>(Span<byte> bytes)
        where T : unmanaged
    {
        int size = System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
        if (BitConverter.IsLittleEndian || size == 1)
            return;
        for (int at = 0; at < bytes.Length; at += size)
            bytes.Slice(at, size).Reverse();
    }
}
