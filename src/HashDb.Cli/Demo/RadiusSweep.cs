// precision@10 and candidates by radius, through the database itself.
//
// A query that is one of the stored items is left out of its own answer and candidates. precision@10 is the number of items of
// the query's class among the first ten, divided by ten, also when fewer than ten were found.
using HashDb.Client;

namespace HashDb.Cli.Demo;

internal static class RadiusSweep
{
    public const int Neighbours = 10;

    /// <summary>Measures one radius.</summary>
    /// <param name="collection">The collection, which holds each row under its number.</param>
    /// <param name="images">The rows.</param>
    /// <param name="queries">Row numbers of the queries.</param>
    /// <param name="radius">Hamming radius in bits.</param>
    /// <param name="areStored">True when the queries are items of the collection.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<RadiusFigures> MeasureAsync(
        HashDbCollection collection, ImageSet images, IReadOnlyList<int> queries, int radius, bool areStored,
        CancellationToken cancellationToken)
    {
        float[] vectors = new float[queries.Count * ImageSet.Dimensions];
        for (int i = 0; i < queries.Count; i++)
            images.VectorOf(queries[i]).Span.CopyTo(vectors.AsSpan(i * ImageSet.Dimensions));
        IReadOnlyList<SearchResult> results = await collection.SearchBatchAsync(
            vectors, new SearchOptions { Top = Neighbours + 1, Radius = radius }, cancellationToken);

        int answered = 0;
        double sum = 0, sumOfSquares = 0, candidates = 0;
        for (int i = 0; i < queries.Count; i++)
        {
            int others = results[i].Statistics.Candidates - (areStored ? 1 : 0);
            double precision = PrecisionOf(results[i], images, queries[i]);
            answered += others > 0 ? 1 : 0;
            sum += precision;
            sumOfSquares += precision * precision;
            candidates += others;
        }

        int n = queries.Count;
        double mean = sum / n;
        return new RadiusFigures(
            radius,
            answered == 0 ? double.NaN : sum / answered,
            mean,
            Math.Sqrt(Math.Max(0, sumOfSquares / n - mean * mean) / n),
            (double)answered / n,
            candidates / n);
    }

    /// <summary>The rows of an answer without the query itself, at most ten.</summary>
    public static IEnumerable<SearchHit> WithoutQuery(SearchResult result, int query) =>
        result.Hits.Where(hit => hit.Id.Value != (ulong)query).Take(Neighbours);

    private static double PrecisionOf(SearchResult result, ImageSet images, int query)
    {
        int label = images.LabelOf(query);
        return WithoutQuery(result, query).Count(hit => images.LabelOf((int)hit.Id.Value) == label) / (double)Neighbours;
    }
}
