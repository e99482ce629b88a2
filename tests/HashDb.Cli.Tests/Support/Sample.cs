using HashDb.Models;
using HashDb.Models.Data;
using HashDb.Models.Files;
using HashDb.Models.Kinds.Lsh;

namespace HashDb.Cli.Tests.Support;

/// <summary>A folder with features, labels, ids and a model, and helpers that make a database of them.</summary>
internal sealed class Sample : IDisposable
{
    public const int Rows = 400;
    public const int ManyRows = 200 * Rows;
    public const int Dimensions = 10;
    public const int BitCount = 12;
    public const string Collection = "items";

    public Sample()
    {
        var random = new Random(5);
        Vectors = [.. Enumerable.Range(0, Rows * Dimensions).Select(_ => (float)(random.NextDouble() - 0.5))];
        Write(Features, Vectors, Dimensions);
        using (NpyWriter labels = NpyWriter.CreateVector(Labels, NpyElementType.Int32, Rows))
        {
            labels.Write([.. Enumerable.Range(0, Rows).Select(LabelOf)]);
            labels.Complete();
        }

        using NpyWriter ids = NpyWriter.CreateVector(Ids, NpyElementType.Int64, Rows);
        ids.Write([.. Enumerable.Range(0, Rows).Select(row => 10_000L - row)]);
        ids.Complete();
        Model = LshTrainer.Train(new LshOptions { BitCount = BitCount, Seed = 3 }, Vectors, Rows, Dimensions);
        HashModelFile.Save(Model, ModelPath);
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("hashdb-cli-").FullName;

    public float[] Vectors { get; }

    public IHashModel Model { get; }

    public string Features => this["features.npy"];

    public string Labels => this["labels.npy"];

    public string Ids => this["ids.npy"];

    public string ModelPath => this["model.hdbm"];

    public string Database => this["database"];

    public string this[string name] => Path.Combine(Root, name);

    public ReadOnlySpan<float> Row(int row) => Vectors.AsSpan(row * Dimensions, Dimensions);

    public static int LabelOf(int row) => row % 7;

    /// <summary>Writes the rows 200 times over: an import of them in small batches lasts long enough to be stopped in its middle.</summary>
    public string WriteManyRows()
    {
        float[] many = new float[ManyRows * Dimensions];
        for (int start = 0; start < many.Length; start += Vectors.Length)
            Vectors.CopyTo(many, start);
        Write(this["many.npy"], many, Dimensions);
        return this["many.npy"];
    }

    public static void Write(string path, ReadOnlySpan<float> vectors, int dimensions)
    {
        using NpyWriter writer = NpyWriter.CreateMatrix(path, NpyElementType.Float32, vectors.Length / dimensions, dimensions);
        writer.Write(vectors);
        writer.Complete();
    }

    public Task CreateAsync(string metric = "cosine") =>
        HashDbProcess.JsonAsync("create", Database, Collection, "--model", ModelPath, "--metric", metric);

    public async Task CreateAndImportAsync(string metric = "cosine")
    {
        await CreateAsync(metric);
        await HashDbProcess.JsonAsync("import", Database, Collection, "--features", Features, "--labels", Labels);
    }

    public async Task<long> CountAsync() =>
        (await HashDbProcess.JsonAsync("stats", Database, Collection)).Single().GetProperty("count").GetInt64();

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
