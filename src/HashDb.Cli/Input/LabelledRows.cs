// Rows of a feature file with the labels of the same rows. Immutable; rows are copied when some are selected.
using HashDb.Models.Data;

namespace HashDb.Cli.Input;

/// <summary>Feature vectors and, where there are any, their labels.</summary>
/// <param name="Features">The vectors.</param>
/// <param name="Labels">One entry for each vector, or null.</param>
internal sealed record LabelledRows(FeatureMatrix Features, LabelSet? Labels)
{
    public int Count => Features.Count;

    /// <summary>Reads rows; labels of another number of rows are found before the vectors are read.</summary>
    public static LabelledRows Read(string featuresPath, string? labelsPath, RowRange? rows)
    {
        LabelSet? labels;
        using (FeatureSource features = FeatureSource.Open(featuresPath, rows))
        {
            labels = labelsPath is null ? null : LabelFile.Read(labelsPath, rows, features.FileRowCount);
            if (labels is not null && labels.Count != features.Count)
                throw new ArgumentException($"{labelsPath} has {labels.Count} entries, but {featuresPath} has {features.Count} rows.");
        }

        return new LabelledRows(FeatureFile.ReadAll(featuresPath, rows), labels);
    }

    /// <summary>Some of the rows, in the order given.</summary>
    public LabelledRows Select(ReadOnlySpan<int> rows)
    {
        int dimensions = Features.Dimensions;
        float[] values = new float[rows.Length * dimensions];
        for (int i = 0; i < rows.Length; i++)
            Features[rows[i]].CopyTo(values.AsSpan(i * dimensions, dimensions));
        return new LabelledRows(new FeatureMatrix(values, dimensions), Labels is null ? null : Select(Labels, rows));
    }

    /// <summary>The labels of two files as one, the second after the first.</summary>
    public static LabelSet Concatenate(LabelSet first, LabelSet second)
    {
        if (!first.IsMultiLabel && !second.IsMultiLabel)
        {
            int[] classes = new int[first.Count + second.Count];
            for (int row = 0; row < classes.Length; row++)
                classes[row] = row < first.Count ? first[row][0] : second[row - first.Count][0];
            return LabelSet.FromClasses(classes);
        }

        var rows = new int[first.Count + second.Count][];
        for (int row = 0; row < rows.Length; row++)
            rows[row] = row < first.Count ? first[row].ToArray() : second[row - first.Count].ToArray();
        return LabelSet.FromRows(rows, Math.Max(first.ClassCount, second.ClassCount));
    }

    private static LabelSet Select(LabelSet labels, ReadOnlySpan<int> rows)
    {
        if (!labels.IsMultiLabel)
        {
            int[] classes = new int[rows.Length];
            for (int i = 0; i < rows.Length; i++)
                classes[i] = labels[rows[i]][0];
            return LabelSet.FromClasses(classes);
        }

        var sets = new int[rows.Length][];
        for (int i = 0; i < rows.Length; i++)
            sets[i] = labels[rows[i]].ToArray();
        return LabelSet.FromRows(sets, labels.ClassCount);
    }
}
