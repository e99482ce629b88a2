// Labels as the trainers see them: either one class per row, numbered densely, or a set of labels per row as a bit mask.
// Immutable, safe for many threads.
namespace HashDb.Models.Training;

/// <summary>What says which training rows are similar: the same class, or at least one shared label.</summary>
internal sealed class TrainingLabels
{
    private readonly int[] _classes;
    private readonly ulong[] _masks;

    private TrainingLabels(int count, int labelCount, int[] classes, ulong[] masks, int words)
    {
        Count = count;
        LabelCount = labelCount;
        _classes = classes;
        _masks = masks;
        WordsPerRow = words;
    }

    /// <summary>Number of rows.</summary>
    public int Count { get; }

    /// <summary>Number of classes or of distinct labels.</summary>
    public int LabelCount { get; }

    /// <summary>True when each row has exactly one class.</summary>
    public bool IsSingleLabel => _masks.Length == 0;

    /// <summary>64-bit words of a row's mask; 0 for single labels.</summary>
    public int WordsPerRow { get; }

    /// <summary>Class of each row, 0 to <see cref="LabelCount"/> - 1; empty for label sets.</summary>
    public ReadOnlySpan<int> Classes => _classes;

    /// <summary>The label set of a row.</summary>
    public ReadOnlySpan<ulong> Mask(int row) => _masks.AsSpan(row * WordsPerRow, WordsPerRow);

    /// <summary>True when two rows are similar.</summary>
    public bool AreSimilar(int left, int right)
    {
        if (IsSingleLabel)
            return _classes[left] == _classes[right];
        for (int w = 0; w < WordsPerRow; w++)
        {
            if ((_masks[(left * WordsPerRow) + w] & _masks[(right * WordsPerRow) + w]) != 0)
                return true;
        }

        return false;
    }

    /// <summary>One label per row; any integers.</summary>
    public static TrainingLabels FromClasses(ReadOnlySpan<int> labels)
    {
        int[] values = labels.ToArray().Distinct().Order().ToArray();
        int[] classes = new int[labels.Length];
        for (int n = 0; n < classes.Length; n++)
            classes[n] = Array.BinarySearch(values, labels[n]);
        return new TrainingLabels(labels.Length, values.Length, classes, [], 0);
    }

    /// <summary>A set of labels per row.</summary>
    /// <param name="labels">Row-major, <c>count * labelCount</c>; not zero where the row has the label.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="labelCount">Number of labels.</param>
    public static TrainingLabels FromSets(ReadOnlySpan<byte> labels, int count, int labelCount)
    {
        if (labels.Length != (long)count * labelCount)
            throw new ArgumentException($"{count} rows of {labelCount} labels are {(long)count * labelCount} values, not {labels.Length}.", nameof(labels));
        int words = (labelCount + 63) / 64;
        ulong[] masks = new ulong[count * words];
        for (int n = 0; n < count; n++)
        {
            for (int l = 0; l < labelCount; l++)
            {
                if (labels[(n * labelCount) + l] != 0)
                    masks[(n * words) + (l >> 6)] |= 1UL << (l & 63);
            }
        }

        return new TrainingLabels(count, labelCount, [], masks, words);
    }

    /// <summary>One column per label, 1 where a row has it: row-major, <c>Count * LabelCount</c>.</summary>
    public float[] ToIndicators()
    {
        float[] indicators = new float[checked(Count * LabelCount)];
        for (int n = 0; n < Count; n++)
        {
            if (IsSingleLabel)
            {
                indicators[(n * LabelCount) + _classes[n]] = 1;
                continue;
            }

            ReadOnlySpan<ulong> mask = Mask(n);
            for (int l = 0; l < LabelCount; l++)
                indicators[(n * LabelCount) + l] = mask[l >> 6] >> (l & 63) & 1;
        }

        return indicators;
    }

    /// <summary>The labels of chosen rows, in that order. Classes keep their numbers.</summary>
    public TrainingLabels Select(ReadOnlySpan<int> rows)
    {
        int[] classes = IsSingleLabel ? new int[rows.Length] : [];
        ulong[] masks = new ulong[rows.Length * WordsPerRow];
        for (int i = 0; i < rows.Length; i++)
        {
            if (IsSingleLabel)
                classes[i] = _classes[rows[i]];
            else
                Mask(rows[i]).CopyTo(masks.AsSpan(i * WordsPerRow));
        }

        return new TrainingLabels(rows.Length, LabelCount, classes, masks, WordsPerRow);
    }
}
