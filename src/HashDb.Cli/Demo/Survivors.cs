using System.Runtime.InteropServices;
using HashDb.Client;

namespace HashDb.Cli.Demo;

/// <summary>Compares what a reopened database holds with what was given to it.</summary>
internal static class Survivors
{
    private const int IdsAtOnce = 1_000;

    /// <summary>
    /// Checks that the collection holds rows 0 to n - 1 for some n, that n is at least <paramref name="acknowledged"/>, and that
    /// each has its vector bit for bit, its label, and its place in the bucket of its hashcode.
    /// </summary>
    /// <returns>n, the number of items found and compared.</returns>
    /// <exception cref="HashDbException">Something is missing or different; names the item.</exception>
    public static async Task<int> CheckAsync(
        HashDbCollection collection, ImageSet images, int acknowledged, CancellationToken cancellationToken)
    {
        long stored = (await collection.GetStatisticsAsync(cancellationToken)).Count;
        if (stored < acknowledged || stored > images.Count)
            throw Wrong($"The collection holds {stored} items after the crash; {acknowledged} of {images.Count} were acknowledged.");

        int count = (int)stored;
        for (int first = 0; first < count; first += IdsAtOnce)
        {
            VectorId[] ids = [.. Enumerable.Range(first, Math.Min(IdsAtOnce, count - first)).Select(row => new VectorId((ulong)row))];
            IReadOnlyList<VectorRecord?> records = await collection.GetAsync(ids, cancellationToken);
            for (int i = 0; i < ids.Length; i++)
            {
                int row = first + i;
                Compare(records[i], images, row, acknowledged);
                ProbeResult bucket = await collection.ProbeAsync(images.VectorOf(row), new ProbeOptions { Radius = 0 }, cancellationToken);
                if (!bucket.Hits.Any(hit => hit.Id == ids[i]))
                    throw Wrong($"Item {row} is stored but not in the bucket of its hashcode.");
            }
        }

        return count;
    }

    private static void Compare(VectorRecord? record, ImageSet images, int row, int acknowledged)
    {
        if (record is null)
            throw Wrong(
                $"Item {row} is missing; items 0 to {acknowledged - 1} were acknowledged, and those after them must follow without a gap.");
        if (!MemoryMarshal.AsBytes(record.Vector.Span).SequenceEqual(MemoryMarshal.AsBytes(images.VectorOf(row).Span)))
            throw Wrong($"Item {row} came back with another vector than it was stored with.");
        if (record.Labels.Length != 1 || record.Labels.Span[0] != images.LabelOf(row))
            throw Wrong($"Item {row} came back with another label than it was stored with.");
    }

    private static HashDbException Wrong(string message) => new(HashDbErrorCode.CorruptData, message);
}
