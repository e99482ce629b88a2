// Identifies training data, so that provenance can say whether two models saw the same rows and labels.
// Digest: SHA-256 over "HDBF", u32 dimensions, u64 rows, the floats row-major, and for labelled data u8 1, then for each row
// u32 label count and its i32 labels. All little-endian.
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace HashDb.Models.Data;

/// <summary>SHA-256 over training vectors and labels, as 64 hexadecimal digits.</summary>
public static class DataFingerprint
{
    private const int ChunkFloats = 16 * 1024;

    /// <summary>Fingerprint of vectors without labels.</summary>
    /// <param name="vectors">Row-major, <c>count * dimensions</c>, float32.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="dimensions">Length of a row.</param>
    public static string Compute(ReadOnlySpan<float> vectors, int count, int dimensions)
    {
        using IncrementalHash hash = Begin(vectors, count, dimensions);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Fingerprint of vectors of which each has one label.</summary>
    /// <param name="vectors">Row-major, <c>count * dimensions</c>, float32.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="dimensions">Length of a row.</param>
    /// <param name="labels">One label a row, <c>count</c>.</param>
    public static string Compute(ReadOnlySpan<float> vectors, int count, int dimensions, ReadOnlySpan<int> labels)
    {
        if (labels.Length != count)
            throw new ArgumentException($"{count} rows need {count} labels, not {labels.Length}.", nameof(labels));
        int[] ends = new int[count];
        for (int i = 0; i < count; i++)
            ends[i] = i + 1;
        return Compute(vectors, count, dimensions, ends, labels);
    }

    /// <summary>Fingerprint of vectors with any number of labels each.</summary>
    /// <param name="vectors">Row-major, <c>count * dimensions</c>, float32.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="dimensions">Length of a row.</param>
    /// <param name="labelEnds">For each row, the index in <paramref name="labels"/> just after its last label, <c>count</c>.</param>
    /// <param name="labels">The labels of all rows, one row after the other.</param>
    public static string Compute(
        ReadOnlySpan<float> vectors, int count, int dimensions, ReadOnlySpan<int> labelEnds, ReadOnlySpan<int> labels)
    {
        if (labelEnds.Length != count)
            throw new ArgumentException($"{count} rows need {count} ends, not {labelEnds.Length}.", nameof(labelEnds));
        using IncrementalHash hash = Begin(vectors, count, dimensions);
        hash.AppendData([1]);
        Span<byte> word = stackalloc byte[sizeof(int)];
        int start = 0;
        foreach (int end in labelEnds)
        {
            BinaryPrimitives.WriteInt32LittleEndian(word, end - start);
            hash.AppendData(word);
            foreach (int label in labels[start..end])
            {
                BinaryPrimitives.WriteInt32LittleEndian(word, label);
                hash.AppendData(word);
            }

            start = end;
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Fingerprint of a matrix and, if there are any, of its labels.</summary>
    /// <exception cref="ArgumentException">The numbers of rows differ.</exception>
    public static string Compute(FeatureMatrix vectors, LabelSet? labels)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        if (labels is null)
            return Compute(vectors.Values.Span, vectors.Count, vectors.Dimensions);
        if (labels.Count != vectors.Count)
            throw new ArgumentException($"{vectors.Count} vectors have {labels.Count} rows of labels.", nameof(labels));
        int[] ends = new int[labels.Count];
        int[] all = new int[labels.TotalLabelCount];
        int end = 0;
        for (int row = 0; row < ends.Length; row++)
        {
            labels[row].CopyTo(all.AsSpan(end));
            end += labels[row].Length;
            ends[row] = end;
        }

        return Compute(vectors.Values.Span, vectors.Count, vectors.Dimensions, ends, all);
    }

    private static IncrementalHash Begin(ReadOnlySpan<float> vectors, int count, int dimensions)
    {
        MatrixShape.Check(vectors.Length, count, dimensions, nameof(vectors));
        IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> header = stackalloc byte[16];
        "HDBF"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], dimensions);
        BinaryPrimitives.WriteInt64LittleEndian(header[8..], count);
        hash.AppendData(header);

        byte[]? swapped = BitConverter.IsLittleEndian ? null : new byte[ChunkFloats * sizeof(float)];
        while (!vectors.IsEmpty)
        {
            ReadOnlySpan<float> chunk = vectors[..Math.Min(ChunkFloats, vectors.Length)];
            if (swapped is null)
            {
                hash.AppendData(MemoryMarshal.AsBytes(chunk));
            }
            else
            {
                for (int i = 0; i < chunk.Length; i++)
                    BinaryPrimitives.WriteSingleLittleEndian(swapped.AsSpan(sizeof(float) * i), chunk[i]);
                hash.AppendData(swapped, 0, chunk.Length * sizeof(float));
            }

            vectors = vectors[chunk.Length..];
        }

        return hash;
    }
}
