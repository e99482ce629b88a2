using HashDb.Models;
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Engine;

// Cosine distances came out below 0, a vector's distance from itself among them: a program that took the arc cosine or the root of what it
// got had NaN for its own vectors.
public sealed class CosineDistanceTests
{
    private const float Bound = 1f / (1 << 20);
    private static readonly float[] Factors = [1, 2, 3, 0.1f, 1f / 3, 1e-5f, 12_345.678f];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(50)]
    [InlineData(64)]
    [InlineData(100)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(768)]
    [InlineData(4_099)]
    [InlineData(ModelLimits.MaxDimensions)]
    public async Task Distance_is_0_to_a_vector_itself_next_to_it_for_multiples_and_2_at_most(int dimensions)
    {
        using TemporaryDirectory directory = new();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Path);
        HashDbCollection collection = await database.CreateCollectionAsync(
            "c", new CollectionOptions(Samples.Model(dimensions, 8), DistanceMetric.Cosine));
        float[][] originals = [.. Originals(dimensions)];
        var records = new List<VectorRecord>();
        foreach (float[] original in originals)
        {
            foreach (float factor in (float[])[.. Factors, -1, -3])
                records.Add(new VectorRecord
                {
                    Id = new VectorId((ulong)records.Count),
                    Vector = original.Select(value => value * factor).ToArray(),
                });
        }

        await collection.InsertAsync(records);

        for (int i = 0; i < originals.Length; i++)
        {
            SearchResult result = await collection.SearchAsync(originals[i], new SearchOptions { Top = records.Count, Radius = 8 });
            result.Hits.Count.ShouldBe(records.Count);
            Dictionary<ulong, float> distances = result.Hits.ToDictionary(hit => hit.Id.Value, hit => hit.Distance);
            foreach ((ulong id, float distance) in distances)
            {
                distance.ShouldBeInRange(0, 2, $"{dimensions} dimensions, record {id}");
                float.IsNaN(MathF.Acos(1 - distance)).ShouldBeFalse();
                ((double)distance).ShouldBe(Exact(originals[i], records[(int)id].Vector.Span), 1e-6 + Bound, $"record {id}");
            }

            ulong first = (ulong)(i * (Factors.Length + 2));
            distances[first].ShouldBe(0);
            BitConverter.SingleToInt32Bits(distances[first]).ShouldBe(0, "a zero without a sign");
            for (int factor = 0; factor < Factors.Length; factor++)
                distances[first + (ulong)factor].ShouldBeLessThan(Bound, $"{dimensions} dimensions, times {Factors[factor]}");
            distances[first + (ulong)Factors.Length].ShouldBeGreaterThan(2 - Bound);
        }
    }

    /// <summary>Random vectors, and such whose sums in float32 are rounded the same way at every step.</summary>
    private static IEnumerable<float[]> Originals(int dimensions)
    {
        var random = new Random(dimensions);
        for (int i = 0; i < 4; i++)
            yield return Samples.Vector(random, dimensions);
        foreach (float value in (float[])[0.1f, 0.3f, 1.1f])
            yield return [.. Enumerable.Repeat(value, dimensions)];
        yield return [.. Enumerable.Range(1, dimensions).Select(i => 1f / i)];
    }

    private static double Exact(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        double dot = 0, leftSquares = 0, rightSquares = 0;
        for (int i = 0; i < left.Length; i++)
        {
            dot += (double)left[i] * right[i];
            leftSquares += (double)left[i] * left[i];
            rightSquares += (double)right[i] * right[i];
        }

        return 1 - (dot / Math.Sqrt(leftSquares * rightSquares));
    }
}
