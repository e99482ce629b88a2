// Labels as the trainers see them: either one class per row, numbered densely, or a set of labels per row as a bit mask.
// Immutable, safe for many threads.
using HashDb.Models.Data;

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

    /// <summary>
    /// The labels of a data set. Sets in which every row has exactly one label are classes; labels that no row has are left out.
    /// </summary>
    public static TrainingLabels From(LabelSet labels)
    {
        int count = labels.Count;
        if (labels.TotalLabelCount == count && Enumerable.Range(0, count).All(n => labels[n].Length == 1))
        {
            int[] single = new int[count];
            for (int n = 0; n < count; n++)
                single[n] = labels[n][0];
            return FromClasses(single);
        }

        var used = new SortedSet<int>();
        for (int n = 0; n < count; n++)
        {
            foreach (int label in labels[n])
                used.Add(label);
        }

        int[] values = used.ToArray();
        int words = Math.Max(1, (values.Length + 63) / 64);
        ulong[] masks = new ulong[checked(count * words)];
        for (int n = 0; n < count; n++)
        {
            foreach (int label in labels[n])
            {
                int index = Array.BinarySearch(values, label);
                masks[(n * words) + (index >> 6)] |= 1UL << (index & 63);
            }
        }

        return new TrainingLabels(count, values.Length, [], masks, words);
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
