// The k nearest so far: a binary heap whose root is the farthest kept. Equal distances are ordered by id, so the answer does not
// depend on the order in which candidates come. Pooled: each thread keeps one, because a query runs on one thread from begin to end.
using System.Runtime.InteropServices;

namespace HashDb.Storage.Query;

internal sealed class NearestHeap : IDisposable
{
    /// <summary>4,096 rows of 16 bytes are kept for the next query; the memory of a larger one is given back.</summary>
    private const int MaxPooledRows = 4_096;

    [ThreadStatic]
    private static NearestHeap? _pooled;

    private readonly List<Near> _heap = [];
    private int _capacity;

    private NearestHeap()
    {
    }

    public bool IsFull => _heap.Count == _capacity;

    /// <summary>The distance of the farthest kept; there is one.</summary>
    public float Farthest => _heap[0].Distance;

    /// <summary>An empty heap, which its user disposes of on the same thread.</summary>
    /// <param name="capacity">Rows to keep.</param>
    public static NearestHeap Rent(int capacity)
    {
        NearestHeap heap = _pooled ?? new NearestHeap();
        _pooled = null;
        heap._heap.Clear();
        heap._capacity = capacity;
        return heap;
    }

    /// <summary>Could anything at this distance still be kept?</summary>
    public bool Admits(float distance) => _heap.Count < _capacity || distance <= _heap[0].Distance;

    public void Add(Near hit)
    {
        if (_heap.Count < _capacity)
        {
            _heap.Add(hit);
            Rise(_heap.Count - 1);
        }
        else if (IsFarther(_heap[0], hit))
        {
            _heap[0] = hit;
            Sink();
        }
    }

    /// <summary>The kept rows, nearest first. Nothing is added after that.</summary>
    public ReadOnlySpan<Near> Sort()
    {
        Span<Near> rows = CollectionsMarshal.AsSpan(_heap);
        rows.Sort(static (left, right) => IsFarther(left, right) ? 1 : IsFarther(right, left) ? -1 : 0);
        return rows;
    }

    public void Dispose()
    {
        if (_heap.Capacity <= MaxPooledRows)
            _pooled = this;
    }

    private static bool IsFarther(Near left, Near right) =>
        left.Distance > right.Distance || (left.Distance == right.Distance && left.Id > right.Id);

    private void Rise(int at)
    {
        while (at > 0)
        {
            int parent = (at - 1) / 2;
            if (!IsFarther(_heap[at], _heap[parent]))
                return;
            (_heap[at], _heap[parent]) = (_heap[parent], _heap[at]);
            at = parent;
        }
    }

    private void Sink()
    {
        int at = 0;
        while (true)
        {
            int largest = at;
            for (int child = 2 * at + 1; child <= 2 * at + 2 && child < _heap.Count; child++)
            {
                if (IsFarther(_heap[child], _heap[largest]))
                    largest = child;
            }
            if (largest == at)
                return;
            (_heap[at], _heap[largest]) = (_heap[largest], _heap[at]);
            at = largest;
        }
    }
}
