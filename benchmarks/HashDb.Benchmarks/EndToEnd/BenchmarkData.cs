
namespace HashDb.Benchmarks;

/// <summary>Vectors around random centres, from a seed: near neighbours exist, as they do in real features.</summary>
internal sealed class BenchmarkData
{
    private readonly float[][] _centres;
    private readonly float _spread;

    public BenchmarkData(int dimensions, int centres, float spread)
    {
        Dimensions = dimensions;
        _spread = spread;
        var random = new Random(1);
        _centres = new float[centres][];
        for (int i = 0; i < centres; i++)
            _centres[i] = Noise(random, 1);
    }

    public int Dimensions { get; }

    public float[] Vector(int row)
    {
        var random = new Random(row);
        float[] vector = Noise(random, _spread);
        float[] centre = _centres[random.Next(_centres.Length)];
        for (int i = 0; i < vector.Length; i++)
            vector[i] += centre[i];
        return vector;
    }

    public VectorRecord[] Records(int first, int count)
    {
        var records = new VectorRecord[count];
        Parallel.For(0, count, i => records[i] = new VectorRecord { Id = new VectorId((ulong)(first + i)), Vector = Vector(first + i) });
        return records;
    }

    private float[] Noise(Random random, float scale)
    {
        float[] noise = new float[Dimensions];
        for (int i = 0; i < noise.Length; i++)
            noise[i] = scale * (random.NextSingle() + random.NextSingle() + random.NextSingle() - 1.5f);
        return noise;
    }
}
