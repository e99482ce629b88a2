namespace HashDb.Cli.Demo;

/// <summary>How good and how costly searches within one radius were, over all queries.</summary>
/// <param name="Radius">Hamming radius in bits.</param>
/// <param name="AnsweredPrecision">Mean precision@10 over the queries that had a candidate; NaN when none had.</param>
/// <param name="StrictPrecision">Mean precision@10 over all queries, those without a candidate counted as 0.</param>
/// <param name="StandardError">Standard error of the strict mean.</param>
/// <param name="Answered">Share of the queries that had a candidate.</param>
/// <param name="MeanCandidates">Mean number of items whose distance was computed, the query itself left out.</param>
internal sealed record RadiusFigures(
    int Radius,
    double AnsweredPrecision,
    double StrictPrecision,
    double StandardError,
    double Answered,
    double MeanCandidates);
