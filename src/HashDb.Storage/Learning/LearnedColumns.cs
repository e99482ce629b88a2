// What the learner needs, out of the columns of a log frame.
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using HashDb.Models;
using HashDb.Models.Training;
using HashDb.Storage.Log;

namespace HashDb.Storage.Learning;

internal static class LearnedColumns
{
    /// <summary>The items of a learn operation, checked and preprocessed.</summary>
    /// <exception cref="ArgumentException">A vector has no direction under this preprocessing; names the row.</exception>
    public static StreamBatch ToBatch(this LoggedWrite write, Preprocessing preprocessing, int dimensions)
    {
        var labels = new ReadOnlyMemory<int>[write.Count];
        ReadOnlySpan<byte> blobs = write.Blobs;
        for (int i = 0; i < labels.Length; i++)
        {
            int[] ofItem = new int[write.BlobLengthAt(i) / sizeof(int)];
            for (int j = 0; j < ofItem.Length; j++)
                ofItem[j] = BinaryPrimitives.ReadInt32LittleEndian(blobs[(j * sizeof(int))..]);
            blobs = blobs[(ofItem.Length * sizeof(int))..];
            labels[i] = ofItem;
        }
        return StreamBatch.Create(preprocessing, MemoryMarshal.Cast<byte, float>(write.Vectors), dimensions, labels);
    }

    /// <summary>The raw vector of an item.</summary>
    public static ReadOnlySpan<float> FloatsAt(this LoggedWrite write, int index) => MemoryMarshal.Cast<byte, float>(write.VectorAt(index));
}
