using HashDb.Models;

namespace HashDb.Client.Tests.Support;

/// <summary>The answers, computed the slow and obvious way.</summary>
internal static class Oracle
{
    /// <summary>Distances are float32 sums in some order; two that differ by less than this count as equal.</summary>
    private const double Tolerance = 1e-5;

    /// <summary>All records whose hashcode lies within a radius in any table, by distance, then by id.</summary>
    public static IReadOnlyList<ProbeHit> Probe(IHashModel model, IEnumerable<VectorRecord> records, float[] query, int radius) =>
    [
        .. records
            .Select(record => new ProbeHit(record.Id, Distance(model, record, query)))
            .Where(hit => hit.Distance <= radius)
            .OrderBy(hit => hit.Distance)
            .ThenBy(hit => hit.Id),
    ];

    /// <summary>Fails unless the hits are the nearest records, nearest first.</summary>
    public static void ShouldBeNearest(
        IReadOnlyList<SearchHit> hits, IReadOnlyList<VectorRecord> records, float[] query, DistanceMetric metric, int top)
    {
        double[] nearest = [.. records.Select(record => Distance(metric, query, record.Vector.Span)).Order().Take(top)];
        hits.Count.ShouldBe(nearest.Length);
        hits.Select(hit => hit.Id).Distinct().Count().ShouldBe(hits.Count);
        Dictionary<VectorId, VectorRecord> byId = records.ToDictionary(record => record.Id);
        for (int i = 0; i < nearest.Length; i++)
        {
            double own = Distance(metric, query, byId[hits[i].Id].Vector.Span);
            ((double)hits[i].Distance).ShouldBe(own, Tolerance);
            own.ShouldBe(nearest[i], Tolerance);
            if (i > 0 && hits[i].Distance == hits[i - 1].Distance)
                hits[i].Id.ShouldBeGreaterThan(hits[i - 1].Id);
        }
    }

    private static int Distance(IHashModel model, VectorRecord record, float[] query) => Enumerable.Range(0, model.TableCount)
        .Min(table => model.EncodeOne(record.Vector.Span, table).HammingDistance(model.EncodeOne(query, table)));

    private static double Distance(DistanceMetric metric, ReadOnlySpan<float> query, ReadOnlySpan<float> vector)
    {
        double dot = 0, squaredQuery = 0, squaredVector = 0, squaredDifference = 0;
        for (int i = 0; i < query.Length; i++)
        {
            dot += (double)query[i] * vector[i];
            squaredQuery += (double)query[i] * query[i];
            squaredVector += (double)vector[i] * vector[i];
            squaredDifference += ((double)query[i] - vector[i]) * ((double)query[i] - vector[i]);
        }

        return metric switch
        {
            DistanceMetric.Cosine => 1 - dot / Math.Sqrt(squaredQuery * squaredVector),
            DistanceMetric.Euclidean => Math.Sqrt(squaredDifference),
            DistanceMetric.Dot => -dot,
            _ => throw new ArgumentOutOfRangeException(nameof(metric)),
        };
    }
}
