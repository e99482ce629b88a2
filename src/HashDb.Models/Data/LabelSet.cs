// Labels of many rows, packed. Immutable and thread-safe.
namespace HashDb.Models.Data;

/// <summary>The labels of each row: one class, or any number of them.</summary>
public sealed class LabelSet
{
    private readonly int[] _labels;

    /// <summary>Where each row starts in the labels, and the end; null when every row has exactly one.</summary>
    private readonly int[]? _starts;

    internal LabelSet(int[] labels, int[]? starts, int classCount)
    {
        _labels = labels;
        _starts = starts;
        ClassCount = classCount;
    }

    /// <summary>Rows.</summary>
    public int Count => _starts is null ? _labels.Length : _starts.Length - 1;

    /// <summary>Length of an array that is indexed by label: columns of a multi-hot file, or one more than the highest class.</summary>
    public int ClassCount { get; }

    /// <summary>True when a row may have several labels or none.</summary>
    public bool IsMultiLabel => _starts is not null;

    /// <summary>Labels of all rows together.</summary>
    public int TotalLabelCount => _labels.Length;

    /// <summary>The labels of a row, each from 0 to <see cref="ClassCount"/> - 1, ascending.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public ReadOnlySpan<int> this[int row]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(row);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Count);
            return _starts is null ? _labels.AsSpan(row, 1) : _labels.AsSpan(_starts[row], _starts[row + 1] - _starts[row]);
        }
    }

    /// <summary>One class for each row.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A class is negative or above <see cref="DataLimits.MaxLabel"/>.</exception>
    public static LabelSet FromClasses(ReadOnlySpan<int> classes)
    {
        int highest = -1;
        foreach (int label in classes)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(label, nameof(classes));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(label, DataLimits.MaxLabel, nameof(classes));
            highest = Math.Max(highest, label);
        }

        return new LabelSet(classes.ToArray(), null, highest + 1);
    }

    /// <summary>Any number of labels for each row.</summary>
    /// <param name="rows">The labels of each row, ascending, none twice.</param>
    /// <param name="classCount">One more than the highest label that may occur.</param>
    /// <exception cref="ArgumentException">A label is out of range, or the labels of a row do not ascend.</exception>
    public static LabelSet FromRows(IReadOnlyList<IReadOnlyList<int>> rows, int classCount)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(classCount);
        int[] starts = new int[rows.Count + 1];
        for (int row = 0; row < rows.Count; row++)
            starts[row + 1] = checked(starts[row] + rows[row].Count);
        int[] labels = new int[starts[^1]];
        for (int row = 0; row < rows.Count; row++)
        {
            int previous = -1;
            for (int i = 0; i < rows[row].Count; i++)
            {
                int label = rows[row][i];
                if (label <= previous || label >= classCount)
                    throw new ArgumentException(
                        $"Row {row} has label {label} after {previous}; labels ascend from 0 to {classCount - 1}.", nameof(rows));
                labels[starts[row] + i] = previous = label;
            }
        }

        return new LabelSet(labels, starts, classCount);
    }
}
