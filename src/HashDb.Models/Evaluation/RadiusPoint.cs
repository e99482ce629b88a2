namespace HashDb.Models.Evaluation;

/// <summary>What a search within one Hamming radius finds, averaged over queries.</summary>
public sealed record RadiusPoint
{
    /// <summary>The radius in bits.</summary>
    public required int Radius { get; init; }

    /// <summary>Mean precision over the queries that have candidates ("seed" rule); 0 when none has.</summary>
    public required double PrecisionOfAnswered { get; init; }

    /// <summary>Mean precision over all queries, those without candidates counting as 0 ("strict" rule).</summary>
    public required double Precision { get; init; }

    /// <summary>Share of the queries that have at least one candidate.</summary>
    public required double AnsweredShare { get; init; }

    /// <summary>Mean number of candidates over all queries. A precision means little without it.</summary>
    public required double MeanCandidates { get; init; }

    /// <summary>
    /// Mean time of one query on one thread: encode, compare with every hashcode, measure and order the candidates. Zero when
    /// it was not measured.
    /// </summary>
    public required TimeSpan MeanQueryTime { get; init; }
}
