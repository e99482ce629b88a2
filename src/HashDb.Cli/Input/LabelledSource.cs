// Rows of a feature file with the labels of the same rows, read in batches, so that a stream longer than memory can be learned.
using HashDb.Models.Data;

namespace HashDb.Cli.Input;

internal sealed class LabelledSource : IDisposable
{
    private readonly FeatureSource _features;
    private readonly LabelSet _labels;

    private LabelledSource(FeatureSource features, LabelSet labels)
    {
        _features = features;
        _labels = labels;
    }

    public string Path => _features.Path;

    public long Count => _features.Count;

    public int Dimensions => _features.Dimensions;

    public static LabelledSource Open(string featuresPath, string labelsPath, RowRange? rows)
    {
        FeatureSource features = FeatureSource.Open(featuresPath, rows);
        try
        {
            LabelSet labels = LabelFile.Read(labelsPath, rows, features.FileRowCount);
            if (labels.Count != features.Count)
                throw new ArgumentException($"{labelsPath} has {labels.Count} entries, but {featuresPath} has {features.Count} rows.");
            return new LabelledSource(features, labels);
        }
        catch
        {
            features.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The rows in order; each batch has memory of its own. Rows without a label are passed over: nothing can be learned from them.
    /// </summary>
    public IEnumerable<IReadOnlyList<LabelledVector>> ReadBatches(int batchSize)
    {
        int row = 0;
        while (row < Count)
        {
            float[] vectors = new float[(int)Math.Min(batchSize, Count - row) * Dimensions];
            int count = _features.Read(vectors);
            if (count == 0)
                yield break;
            var batch = new List<LabelledVector>(count);
            for (int i = 0; i < count; i++, row++)
            {
                if (_labels[row].Length > 0)
                    batch.Add(
                        new LabelledVector { Vector = vectors.AsMemory(i * Dimensions, Dimensions), Labels = _labels[row].ToArray() });
            }

            if (batch.Count > 0)
                yield return batch;
        }
    }

    public void Dispose() => _features.Dispose();
}
