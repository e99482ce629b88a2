// What filters said of rows, so that one that is asked again and again (a tenant, a language, a year) reads a row's fields once. A
// published row never changes and its number is never given again while its files are open, so an answer that was remembered stays true; a
// compaction makes new files and with them a new memory. What is remembered costs two bits a row and filter, and is bounded: the filter
// that was not asked for longest is forgotten.
//
// Nothing about an answer depends on it: a filter says of a row what it says. Threading: any thread.
namespace HashDb.Storage.Query;

internal sealed class FilterMemory
{
    /// <summary>64 MiB of a collection: some 250 filters over a million rows.</summary>
    private const long UsualBytes = 64L * 1024 * 1024;

    /// <summary>Filters of longer texts are made by programs for one question.</summary>
    private const int MaxTextLength = 4_096;

    private const int MaxFilters = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<(string Text, RememberedRows Rows)>> _filters = new(StringComparer.Ordinal);

    // The filter that was asked last comes first.
    private readonly LinkedList<(string Text, RememberedRows Rows)> _order = new();

    /// <summary>Bytes that it holds, about.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
                return _order.Sum(filter => filter.Rows.Bytes + (2L * filter.Text.Length));
        }
    }

    /// <summary>Of a large collection a byte a row, a quarter of what its ids take, so that four filters are always remembered.</summary>
    private static long MaxBytes(uint rowCount) => Math.Max(UsualBytes, 4 * RememberedRows.BytesFor(rowCount));

    /// <summary>What is remembered of a filter; null for one that is not remembered.</summary>
    public RememberedRows? Of(Filter filter, uint rowCount)
    {
        string text = filter.ToString();
        if (text.Length > MaxTextLength)
            return null;
        lock (_gate)
        {
            if (_filters.TryGetValue(text, out LinkedListNode<(string Text, RememberedRows Rows)>? known))
            {
                _order.Remove(known);
                _order.AddFirst(known);
                return known.Value.Rows;
            }
            var rows = new RememberedRows();
            _filters.Add(text, _order.AddFirst((text, rows)));
            while (_order.Count > MaxFilters || _order.Count * RememberedRows.BytesFor(rowCount) > MaxBytes(rowCount))
            {
                _filters.Remove(_order.Last!.Value.Text);
                _order.RemoveLast();
            }
            return rows;
        }
    }
}
