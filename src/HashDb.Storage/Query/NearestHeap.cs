// The k nearest so far: a binary heap whose root is the farthest kept. Equal distances are ordered by id, so the answer does not
// depend on the order in which candidates come.
using System.Runtime.InteropServices;

namespace HashDb.Storage.Query;

internal sealed class NearestHeap(int capacity)
{
    private readonly List<Near> _heap = new(Math.Min(capacity, 1_024));

    public bool IsFull => _heap.Count == capacity;

    /// <summary>The distance of the farthest kept; there is one.</summary>
    public float Farthest => _heap[0].Distance;

    /// <summary>Could anything at this distance still be kept?</summary>
    public bool Admits(float distance) => _heap.Count < capacity || distance <= _heap[0].Distance;

    public void Add(Near hit)
    {
        if (_heap.Count < capacity)
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
