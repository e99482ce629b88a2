using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace HashDb.Benchmarks;

/// <summary>
/// Rows with two fields of 0 to 1, and queries. <c>random</c> has nothing to do with the vectors; <c>place</c> is the rank of a row by the
/// sum of the first half of its vector less the sum of the second. benchmarks/peers/sqlite_vec.mjs computes the same.
/// </summary>
internal sealed class FilterSet
{
    public const string Random = "random";
    public const string Place = "place";
    private const int GeneratedDimensions = 128;
    private const int GeneratedQueries = 200;

    private readonly float[] _rows;
    private readonly float[] _queries;
    private readonly double[] _places;

    private FilterSet(float[] rows, float[] queries, int dimensions)
    {
        (_rows, _queries, Dimensions) = (rows, queries, dimensions);
        Count = rows.Length / dimensions;
        double[] sums = [.. Enumerable.Range(0, Count).Select(row => HalfDifference(Row(row).Span))];
        int[] order = [.. Enumerable.Range(0, Count)];
        Array.Sort(sums, order);
        _places = new double[Count];
        for (int rank = 0; rank < Count; rank++)
            _places[order[rank]] = (double)rank / Count;
    }

    public int Count { get; }

    public int Dimensions { get; }

    public int QueryCount => _queries.Length / Dimensions;

    /// <summary>Clusters of 1,000 rows.</summary>
    public static FilterSet Generate(int rows)
    {
        var data = new BenchmarkData(GeneratedDimensions, Math.Max(1, rows / 1_000), 0.3f);
        return new FilterSet(Vectors(0, rows), Vectors(rows, GeneratedQueries), GeneratedDimensions);

        float[] Vectors(int first, int count)
        {
            float[] vectors = new float[count * GeneratedDimensions];
            Parallel.For(
                0, count, i => data.Vector(first + i).CopyTo(vectors.AsSpan(i * GeneratedDimensions, GeneratedDimensions)));
            return vectors;
        }
    }

    /// <summary>A set that benchmarks/peers has made.</summary>
    public static FilterSet Read(string folder)
    {
        using var description = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "set.json")));
        return new FilterSet(
            Floats("base.f32"), Floats("queries.f32"), description.RootElement.GetProperty("dimensions").GetInt32());

        float[] Floats(string name)
        {
            string path = Path.Combine(folder, name);
            float[] values = new float[new FileInfo(path).Length / sizeof(float)];
            using FileStream file = File.OpenRead(path);
            file.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
            return values;
        }
    }

    public ReadOnlyMemory<float> Row(int row) => _rows.AsMemory(row * Dimensions, Dimensions);

    public ReadOnlyMemory<float> Query(int query) => _queries.AsMemory(query % QueryCount * Dimensions, Dimensions);

    /// <summary>What a row has in <see cref="Random"/> or <see cref="Place"/>.</summary>
    public double Value(string field, int row) => field == Place ? _places[row] : (uint)row * 2_654_435_761u / 4_294_967_296.0;

    /// <summary>A record with five fields, three of which have nothing to do with the filters.</summary>
    public VectorRecord Record(int row) => new()
    {
        Id = new VectorId((ulong)row),
        Vector = Row(row),
        Fields = new RecordFields
        {
            ["title"] = string.Create(CultureInfo.InvariantCulture, $"Title {row}"),
            [Random] = Value(Random, row),
            [Place] = Value(Place, row),
            ["year"] = 2000 + (row % 20),
            ["tags"] = new[] { $"t{row % 7}", $"u{row % 11}" },
        },
    };

    private static double HalfDifference(ReadOnlySpan<float> vector)
    {
        double sum = 0;
        for (int i = 0; i < vector.Length; i++)
            sum += i < vector.Length / 2 ? vector[i] : -vector[i];
        return sum;
    }
}
