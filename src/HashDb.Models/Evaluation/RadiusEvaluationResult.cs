namespace HashDb.Models.Evaluation;

/// <summary>Precision of one model by Hamming radius.</summary>
public sealed record RadiusEvaluationResult
{
    /// <summary>The kind of model.</summary>
    public required string Kind { get; init; }

    /// <summary>Bits of one hashcode.</summary>
    public required int BitCount { get; init; }

    /// <summary>Number of queries, over all splits.</summary>
    public required int QueryCount { get; init; }

    /// <summary>One point a radius, from 0 on.</summary>
    public required IReadOnlyList<RadiusPoint> Points { get; init; }

    /// <summary>
    /// The mean over the results of several splits, each counting the same; <see cref="RadiusPoint.PrecisionOfAnswered"/> over
    /// those in which a query was answered.
    /// </summary>
    /// <exception cref="ArgumentException">There are none, or they are of different kinds, lengths or radii.</exception>
    public static RadiusEvaluationResult Mean(IReadOnlyList<RadiusEvaluationResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        if (results.Count == 0)
            throw new ArgumentException("There is no mean of no results.", nameof(results));
        RadiusEvaluationResult first = results[0];
        if (results.Any(r => r.Kind != first.Kind || r.BitCount != first.BitCount || r.Points.Count != first.Points.Count))
            throw new ArgumentException("The results are of different models or radii.", nameof(results));

        RadiusPoint[] points = new RadiusPoint[first.Points.Count];
        for (int i = 0; i < points.Length; i++)
        {
            int at = i;
            points[i] = new RadiusPoint
            {
                Radius = first.Points[at].Radius,
                PrecisionOfAnswered = results.Select(r => r.Points[at])
                    .Where(p => p.AnsweredShare > 0)
                    .Select(p => p.PrecisionOfAnswered)
                    .DefaultIfEmpty()
                    .Average(),
                Precision = results.Average(r => r.Points[at].Precision),
                AnsweredShare = results.Average(r => r.Points[at].AnsweredShare),
                MeanCandidates = results.Average(r => r.Points[at].MeanCandidates),
                MeanQueryTime = TimeSpan.FromTicks((long)results.Average(r => r.Points[at].MeanQueryTime.Ticks)),
            };
        }

        return first with { QueryCount = results.Sum(r => r.QueryCount), Points = points };
    }
}
