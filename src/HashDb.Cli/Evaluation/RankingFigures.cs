using HashDb.Models.Evaluation;

namespace HashDb.Cli.Evaluation;

/// <summary>What a ranking by one model gave.</summary>
/// <param name="Kind">Kind of the model.</param>
/// <param name="BitCount">Bits of a hashcode.</param>
/// <param name="TableCount">Hash tables.</param>
/// <param name="SearchedCount">Rows that each query was ranked against, itself not counted.</param>
/// <param name="Result">The figures.</param>
/// <param name="EncodeTime">Mean time of encoding one query, one after the other on one thread.</param>
/// <param name="BatchEncodeTime">Mean time of a query when all are encoded in one batch on all cores.</param>
internal sealed record RankingFigures(
    string Kind, int BitCount, int TableCount, int SearchedCount, RankingEvaluationResult Result, TimeSpan EncodeTime,
    TimeSpan BatchEncodeTime);
