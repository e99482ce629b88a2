namespace HashDb.Models.Evaluation;

/// <summary>How well Hamming distance orders a database.</summary>
public sealed record RankingEvaluationResult
{
    /// <summary>Queries that were ranked.</summary>
    public required int QueryCount { get; init; }

    /// <summary>Queries to which nothing in the database is similar; they have no average precision and are left out of its mean.</summary>
    public required int QueriesWithoutSimilar { get; init; }

    /// <summary>Mean average precision, items at one distance ordered by row.</summary>
    public required double MeanAveragePrecision { get; init; }

    /// <summary>Mean average precision, expected over all orders of the items at one distance (McSherry and Najork 2008).</summary>
    public required double ExpectedMeanAveragePrecision { get; init; }

    /// <summary>The radius of the next two figures.</summary>
    public required int PrecisionRadius { get; init; }

    /// <summary>Mean precision within the radius; a query that finds nothing counts as 0.</summary>
    public required double MeanPrecisionWithinRadius { get; init; }

    /// <summary>Share of the queries that find nothing within the radius.</summary>
    public required double EmptyShare { get; init; }

    /// <summary>One point for each radius from 0 to the length of the hashcode.</summary>
    public required IReadOnlyList<PrecisionRecallPoint> PrecisionRecall { get; init; }

    /// <summary>Number of different hashcodes in the database.</summary>
    public required int DistinctHashcodes { get; init; }
}
