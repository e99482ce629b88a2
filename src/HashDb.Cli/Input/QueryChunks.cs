using HashDb.Client;

namespace HashDb.Cli.Input;

/// <summary>Runs over the rows of a query file, a bounded number at a time, so that the file may be of any size.</summary>
internal static class QueryChunks
{
    /// <summary>Calls <paramref name="answer"/> with one chunk after the other.</summary>
    /// <param name="source">The queries; their length must be that of the collection's vectors.</param>
    /// <param name="collection">The collection that will be asked.</param>
    /// <param name="queriesAtOnce">Queries in a chunk.</param>
    /// <param name="answer">Gets the row number of the first query, their number, and the vectors, row-major.</param>
    /// <param name="cancellationToken">Stops between chunks.</param>
    public static async Task ForEachAsync(
        FeatureSource source, HashDbCollection collection, int queriesAtOnce, Func<long, int, ReadOnlyMemory<float>, Task> answer,
        CancellationToken cancellationToken)
    {
        if (source.Dimensions != collection.Dimensions)
        {
            throw new ArgumentException(
                $"{source.Path} has vectors of {source.Dimensions} dimensions, the collection {collection.Name} wants "
                + $"{collection.Dimensions}.");
        }

        float[] vectors = new float[(int)Math.Min(queriesAtOnce, Math.Max(1, source.Count)) * source.Dimensions];
        long first = source.FirstRow;
        int count;
        while ((count = source.Read(vectors)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await answer(first, count, vectors.AsMemory(0, count * source.Dimensions));
            first += count;
        }
    }
}
