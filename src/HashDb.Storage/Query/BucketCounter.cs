// How many live items each bucket holds. Looks at every stored hashcode, so it is for people who study a model, not for the path
// of a query.
using HashDb.Models;
using HashDb.Storage.Index;
using HashDb.Storage.Snapshot;

namespace HashDb.Storage.Query;

internal static class BucketCounter
{
    public static IReadOnlyList<BucketStatistics> Largest(CollectionState state, int count)
    {
        uint visibleRows = state.RowCount;
        PostingShape shape = state.Shape;
        var counts = new Dictionary<(int Table, Hashcode Code), long>();
        for (uint row = 0; row < visibleRows; row++)
        {
            if (state.Records.Dead.IsDead(row, visibleRows))
                continue;
            for (int table = 0; table < shape.TableCount; table++)
            {
                var key = (table, Hashcode.FromBytes(shape.Code(state.Codes.Row(row), table), shape.BitCount));
                System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _)++;
            }
        }
        return
        [
            .. counts
                .Select(entry => new BucketStatistics(entry.Key.Table, entry.Key.Code, entry.Value))
                .OrderByDescending(bucket => bucket.Count)
                .ThenBy(bucket => bucket.TableIndex)
                .ThenBy(bucket => bucket.Hashcode.ToString(), StringComparer.Ordinal)
                .Take(count),
        ];
    }
}
