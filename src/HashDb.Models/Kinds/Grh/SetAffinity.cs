using HashDb.Models.Numerics;
using HashDb.Models.Training;

namespace HashDb.Models.Kinds.Grh;

/// <summary>
/// Rows that share a label are neighbours. The pairs are found again each time: they would not fit memory, and testing one takes a few
/// instructions. Rows with the same set of labels share the work.
/// </summary>
internal sealed class SetAffinity : IAffinity
{
    private readonly TrainingLabels _labels;
    private readonly int[] _setOfRow;
    private readonly int[] _firstRows;

    public SetAffinity(TrainingLabels labels)
    {
        _labels = labels;
        _setOfRow = new int[labels.Count];
        var sets = new Dictionary<string, int>(StringComparer.Ordinal);
        List<int> first = [];
        for (int n = 0; n < labels.Count; n++)
        {
            string key = string.Join(',', labels.Mask(n).ToArray());
            if (!sets.TryGetValue(key, out int set))
            {
                sets.Add(key, set = first.Count);
                first.Add(n);
            }

            _setOfRow[n] = set;
        }

        _firstRows = first.ToArray();
    }

    public void Average(float[] codes, int bits, float[] averages, ParallelOptions parallel)
    {
        int sets = _firstRows.Length;
        float[] sums = new float[sets * bits];
        int[] sizes = new int[sets];
        for (int n = 0; n < _labels.Count; n++)
        {
            sizes[_setOfRow[n]]++;
            FixedOrder.AddScaled(1, codes.AsSpan(n * bits, bits), sums.AsSpan(_setOfRow[n] * bits, bits));
        }

        // Sums of +-1 stay exact in single precision up to 2^24 rows.
        float[] means = new float[sets * bits];
        Parallel.For(0, sets, parallel, set =>
        {
            Span<float> mean = means.AsSpan(set * bits, bits);
            long neighbours = 0;
            for (int other = 0; other < sets; other++)
            {
                if (other == set || _labels.AreSimilar(_firstRows[set], _firstRows[other]))
                {
                    neighbours += sizes[other];
                    FixedOrder.AddScaled(1, sums.AsSpan(other * bits, bits), mean);
                }
            }

            foreach (ref float value in mean)
                value /= neighbours;
        });

        for (int n = 0; n < _labels.Count; n++)
        {
            int set = _setOfRow[n];

            // Rows without any label are nobody's neighbours, not even each other's.
            ReadOnlySpan<float> source = _labels.AreSimilar(n, n) ? means.AsSpan(set * bits, bits) : codes.AsSpan(n * bits, bits);
            source.CopyTo(averages.AsSpan(n * bits, bits));
        }
    }
}
