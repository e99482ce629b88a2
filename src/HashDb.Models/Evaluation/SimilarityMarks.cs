using HashDb.Models.Data;

namespace HashDb.Models.Evaluation;

/// <summary>
/// Answers which rows share a label with a query, in time proportional to their labels: the query's labels are marked in a
/// table indexed by label. Each thread has its own.
/// </summary>
internal sealed class SimilarityMarks
{
    private readonly LabelSet _labels;
    private readonly bool[] _marked;
    private int _query = -1;

    public SimilarityMarks(LabelSet labels)
    {
        _labels = labels;
        _marked = new bool[labels.ClassCount];
    }

    /// <summary>Makes <paramref name="row"/> the query.</summary>
    public void SetQuery(int row)
    {
        if (_query >= 0)
        {
            foreach (int label in _labels[_query])
                _marked[label] = false;
        }

        foreach (int label in _labels[row])
            _marked[label] = true;
        _query = row;
    }

    /// <summary>True when the row shares at least one label with the query.</summary>
    public bool IsSimilar(int row)
    {
        foreach (int label in _labels[row])
        {
            if (_marked[label])
                return true;
        }

        return false;
    }
}
