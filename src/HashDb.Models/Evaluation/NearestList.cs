namespace HashDb.Models.Evaluation;

/// <summary>The k most similar items seen so far, most similar first; of equally similar items the one with the lower row wins.</summary>
internal struct NearestList
{
    private readonly float[] _similarities;
    private readonly int[] _rows;
    private int _count;

    public NearestList(int capacity)
    {
        _similarities = new float[capacity];
        _rows = new int[capacity];
    }

    public readonly ReadOnlySpan<int> Rows => _rows.AsSpan(0, _count);

    public void Add(float similarity, int row)
    {
        if (_count == _rows.Length && !Precedes(similarity, row, _count - 1))
            return;
        int at = _count < _rows.Length ? _count++ : _count - 1;
        while (at > 0 && Precedes(similarity, row, at - 1))
        {
            _similarities[at] = _similarities[at - 1];
            _rows[at] = _rows[at - 1];
            at--;
        }

        _similarities[at] = similarity;
        _rows[at] = row;
    }

    /// <summary>Adds every item of another list.</summary>
    public void Add(in NearestList other)
    {
        for (int i = 0; i < other._count; i++)
            Add(other._similarities[i], other._rows[i]);
    }

    public void Clear() => _count = 0;

    private readonly bool Precedes(float similarity, int row, int other) =>
        similarity > _similarities[other] || (similarity == _similarities[other] && row < _rows[other]);
}
