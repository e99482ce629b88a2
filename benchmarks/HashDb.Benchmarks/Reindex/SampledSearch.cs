
namespace HashDb.Benchmarks;

/// <summary>A search whose answer is checked after the run.</summary>
/// <param name="Query">Number of the query's vector.</param>
/// <param name="Acknowledged">Vectors that were stored when it began.</param>
/// <param name="Issued">Vectors that were on their way when it had ended.</param>
/// <param name="Result">The answer.</param>
internal sealed record SampledSearch(int Query, int Acknowledged, int Issued, SearchResult Result);
