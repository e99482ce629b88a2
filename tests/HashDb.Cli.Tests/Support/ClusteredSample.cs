using HashDb.Models.Data;

namespace HashDb.Cli.Tests.Support;

/// <summary>A folder with vectors around the centres of a few classes, so that there is something to learn.</summary>
internal sealed class ClusteredSample : IDisposable
{
    public const int Dimensions = 12;
    public const int Classes = 4;

    public ClusteredSample(int rows = 600)
    {
        Rows = rows;
        var random = new Random(11);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        double[] centres = [.. Enumerable.Range(0, Classes * Dimensions).Select(_ => Normal())];
        int[] labels = [.. Enumerable.Range(0, rows).Select(_ => random.Next(Classes))];
        float[] vectors =
        [
            .. Enumerable.Range(0, rows * Dimensions)
                .Select(i => (float)(centres[labels[i / Dimensions] * Dimensions + i % Dimensions] + 1.4 * Normal()))
        ];
        Sample.Write(Features, vectors, Dimensions);
        Write(Labels, labels);
    }

    public int Rows { get; }

    public string Root { get; } = Directory.CreateTempSubdirectory("hashdb-cli-").FullName;

    public string Features => this["features.npy"];

    public string Labels => this["labels.npy"];

    public string this[string name] => Path.Combine(Root, name);

    public static void Write(string path, ReadOnlySpan<int> labels)
    {
        using NpyWriter writer = NpyWriter.CreateVector(path, NpyElementType.Int32, labels.Length);
        writer.Write(labels);
        writer.Complete();
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
