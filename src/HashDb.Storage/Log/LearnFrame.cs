// What is to be learned: whose the labels are, vectors, lengths of the labels in bytes, labels.
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using HashDb.Models;
using HashDb.Models.Training;
using HashDb.Serialization;
using HashDb.Storage.Records;

namespace HashDb.Storage.Log;

internal sealed class LearnFrame : LogFrame
{
    private const byte OwnLabels = 0;
    private const byte NeighboursLabels = 1;

    private readonly int _vectorBytes;
    private uint _labelsDigest;

    private LearnFrame(int count, WriteStamp? stamp, int vectorBytes, long labelBytes)
        : base(LoggedOperation.Learn, count, stamp, ColumnBytes(count, vectorBytes) + labelBytes) => _vectorBytes = vectorBytes;

    private LearnFrame(byte[] body, int vectorBytes)
        : base(body) => _vectorBytes = vectorBytes;

    private int VectorsOffset => ColumnsOffset + Count;

    private int LengthsOffset => VectorsOffset + (Count * _vectorBytes);

    private int LabelsOffset => LengthsOffset + (Count * sizeof(uint));

    /// <summary>Are the labels the item's own, or those of its neighbours?</summary>
    public bool HasOwnLabelsAt(int index) => Bytes[ColumnsOffset + index] == OwnLabels;

    /// <summary>The raw vector of an item.</summary>
    public ReadOnlySpan<float> VectorAt(int index) =>
        MemoryMarshal.Cast<byte, float>(Bytes.Slice(VectorsOffset + (index * _vectorBytes), _vectorBytes));

    /// <summary>Lays out checked items.</summary>
    /// <param name="items">The items.</param>
    /// <param name="labels">The labels of each, its own or its neighbours'.</param>
    /// <param name="stamp">Marks the write, or null.</param>
    /// <param name="vectorBytes">Bytes of a vector.</param>
    /// <exception cref="HashDbException">The batch is larger than a log frame may be.</exception>
    public static LearnFrame Create(
        IReadOnlyList<LabelledVector> items, ReadOnlyMemory<int>[] labels, WriteStamp? stamp, int vectorBytes)
    {
        long labelBytes = 0;
        foreach (ReadOnlyMemory<int> ofItem in labels)
            labelBytes += ofItem.Length * sizeof(int);
        var frame = new LearnFrame(items.Count, stamp, vectorBytes, labelBytes);
        Span<byte> body = frame.Bytes;
        Span<byte> at = body[frame.LabelsOffset..];
        for (int i = 0; i < items.Count; i++)
        {
            body[frame.ColumnsOffset + i] = items[i].Neighbours.IsEmpty ? OwnLabels : NeighboursLabels;
            WriteFloats(items[i].Vector.Span, body.Slice(frame.VectorsOffset + (i * vectorBytes), vectorBytes));
            BinaryPrimitives.WriteInt32LittleEndian(
                body[(frame.LengthsOffset + (i * sizeof(uint)))..], labels[i].Length * sizeof(int));
            foreach (int label in labels[i].Span)
            {
                BinaryPrimitives.WriteInt32LittleEndian(at, label);
                at = at[sizeof(int)..];
            }
        }
        if (stamp is not null)
            frame._labelsDigest = frame.DigestLabels(items);
        return frame;
    }

    /// <inheritdoc/>
    /// <remarks>In one pass over the vectors: the digest takes their checksums for them.</remarks>
    public override uint ComputeChecksums(Span<uint> vectors)
    {
        var shift = ChecksumShift.Of(_vectorBytes);
        uint state = Checksum.Append(BodyState, Bytes[..VectorsOffset]);
        uint digest = _labelsDigest;
        for (int i = 0; i < Count; i++)
        {
            uint vector = Checksum.Append(0, Bytes.Slice(VectorsOffset + (i * _vectorBytes), _vectorBytes));
            digest = BitOperations.Crc32C(digest, vector);
            state = shift.Apply(state) ^ vector;
        }
        return Seal(Checksum.Append(state, Bytes[LengthsOffset..]), digest);
    }

    /// <summary>The items, checked and preprocessed.</summary>
    /// <exception cref="ArgumentException">A vector has no direction under this preprocessing; names the row.</exception>
    public StreamBatch ToBatch(Preprocessing preprocessing, int dimensions)
    {
        var labels = new ReadOnlyMemory<int>[Count];
        ReadOnlySpan<byte> rest = Bytes[LabelsOffset..];
        for (int i = 0; i < labels.Length; i++)
        {
            int[] ofItem = new int[LabelBytesAt(i) / sizeof(int)];
            for (int j = 0; j < ofItem.Length; j++)
                ofItem[j] = BinaryPrimitives.ReadInt32LittleEndian(rest[(j * sizeof(int))..]);
            rest = rest[(ofItem.Length * sizeof(int))..];
            labels[i] = ofItem;
        }
        ReadOnlySpan<byte> vectors = Bytes[VectorsOffset..LengthsOffset];
        return StreamBatch.Create(preprocessing, MemoryMarshal.Cast<byte, float>(vectors), dimensions, labels);
    }

    /// <summary>Takes over a body; null when its columns do not add up.</summary>
    public static LearnFrame? TryParse(byte[] body, int vectorBytes)
    {
        var frame = new LearnFrame(body, vectorBytes);
        if (frame.Bytes.Length < frame.ColumnsOffset + ColumnBytes(frame.Count, vectorBytes))
            return null;
        long labels = 0;
        for (int i = 0; i < frame.Count; i++)
        {
            int length = frame.LabelBytesAt(i);
            if (length is < 0 or > RecordBlob.MaxBytes || length % sizeof(int) != 0
                || body[frame.ColumnsOffset + i] > NeighboursLabels)
                return null;
            labels += length;
        }
        return frame.Bytes.Length == frame.LabelsOffset + labels ? frame : null;
    }

    private static long ColumnBytes(int count, int vectorBytes) => (long)count * (sizeof(byte) + vectorBytes + sizeof(uint));

    /// <summary>Of labels and neighbours as they were given: neighbours may have other labels when the call is repeated.</summary>
    private uint DigestLabels(IReadOnlyList<LabelledVector> items)
    {
        uint digest = DigestState;
        foreach (LabelledVector item in items)
        {
            digest = BitOperations.Crc32C(digest, ((ulong)item.Labels.Length << 32) | (uint)item.Neighbours.Length);
            foreach (int label in item.Labels.Span)
                digest = BitOperations.Crc32C(digest, (uint)label);
            foreach (VectorId neighbour in item.Neighbours.Span)
                digest = BitOperations.Crc32C(digest, neighbour.Value);
        }
        return digest;
    }

    private int LabelBytesAt(int index) => BinaryPrimitives.ReadInt32LittleEndian(Bytes[(LengthsOffset + (index * sizeof(uint)))..]);
}
