// The code that each class is to have. It is anchored: it comes from the codes of the first items of the class, is moved away from
// the targets of the other classes, and is never changed after. Targets that go on following the codes of their classes feed on
// themselves instead: classes that happen to agree on a bit pull each other together (docs/MODELS.md).
// A class has a target from its first item on. One item's code says little about its class, so the target is placed anew, from the summed
// codes so far, at items 2, 4, 8, 16 and 32. Measured on the images of docs/MODELS.md, four starts: mAP .264 when the first item decides,
// .278 with 8 items, .284 with 32, .283 with 512.
// Used by one thread. Every choice is made with exactly reproducible arithmetic.
namespace HashDb.Models.Kinds.Grh.Streaming;

/// <summary>Anchored, well separated targets, one per class.</summary>
internal sealed class ClassTargets : IStreamTargets
{
    private readonly int _tableCount;
    private readonly int _bitCount;
    private readonly float _alpha;
    private readonly double[] _gain;
    private readonly double[] _slopes;
    private readonly Dictionary<int, StreamClass> _byLabel = [];
    private readonly List<StreamClass> _classes = [];
    private readonly List<StreamClass> _ofItem = [];

    public ClassTargets(int tableCount, int bitCount, double alpha)
    {
        _tableCount = tableCount;
        _bitCount = bitCount;
        _alpha = (float)alpha;
        _gain = SeparationGain.Table(bitCount);
        _slopes = new double[bitCount];
    }

    /// <summary>The classes in the order in which they were first seen.</summary>
    public IReadOnlyList<StreamClass> Classes => _classes;

    /// <summary>The class of a label; null when it was never seen.</summary>
    public StreamClass? Find(int label) => _byLabel.GetValueOrDefault(label);

    /// <summary>Adds a class from a stored state.</summary>
    public void Add(StreamClass added)
    {
        _byLabel.Add(added.Label, added);
        _classes.Add(added);
    }

    /// <inheritdoc/>
    public bool Fill(ReadOnlySpan<int> labels, ReadOnlySpan<float> values, Span<float> target)
    {
        if (labels.IsEmpty)
            return false;
        _ofItem.Clear();
        foreach (int label in labels)
        {
            if (!_byLabel.TryGetValue(label, out StreamClass? of))
                Add(of = new StreamClass(label, _tableCount * _bitCount));
            if (of.Weight++ == 0)
                Meet(of, values);
        }

        if (_ofItem is [StreamClass only])
        {
            only.Weight = 0;
            only.Target.CopyTo(target);
            return true;
        }

        // Sums of whole numbers are exact, so the order of the labels does not matter.
        target.Clear();
        foreach (StreamClass of in _ofItem)
        {
            for (int k = 0; k < of.Target.Length; k++)
                target[k] += of.Weight * of.Target[k];
            of.Weight = 0;
        }

        for (int k = 0; k < values.Length; k++)
        {
            float own = values[k] >= 0 ? 1 : -1;
            target[k] = (_alpha * (target[k] / labels.Length)) + ((1 - _alpha) * own) >= 0 ? 1 : -1;
        }

        return true;
    }

    /// <summary>Counts an item of a class and, while the class is young, settles its target.</summary>
    private void Meet(StreamClass of, ReadOnlySpan<float> values)
    {
        _ofItem.Add(of);
        of.Count++;
        if (of.Count > GrhStreamOptions.SettlingItems)
            return;
        for (int k = 0; k < values.Length; k++)
            of.CodeSums[k] += values[k] >= 0 ? 1 : -1;
        if (long.IsPow2(of.Count))
            Place(of);
    }

    /// <summary>The sign of the summed codes, moved bit by bit away from the other targets, table by table.</summary>
    private void Place(StreamClass placed)
    {
        StreamClass[] others = [.. _classes.Where(other => other != placed)];
        int[] distances = new int[others.Length];
        for (int start = 0; start < placed.Target.Length; start += _bitCount)
        {
            Array.Clear(distances);
            for (int k = start; k < start + _bitCount; k++)
            {
                placed.Target[k] = placed.CodeSums[k] >= 0 ? 1 : -1;
                for (int c = 0; c < others.Length; c++)
                    distances[c] += placed.Target[k] != others[c].Target[k] ? 1 : 0;
            }

            while (FlipBest(placed, others, start, distances))
            {
            }
        }
    }

    /// <summary>
    /// Flips the bit that raises the summed gain most, among equals the one on which the items of the class agree least; false at
    /// the top. Each
    /// flip raises the sum, so this ends.
    /// </summary>
    private bool FlipBest(StreamClass placed, StreamClass[] others, int start, int[] distances)
    {
        const double SmallestRaise = 1e-9;

        // Away from class c a flip gains a, toward it b: (a + b) / 2 + t t' (a - b) / 2, so that the bits of a class are one sum of
        // vectors.
        double shared = 0;
        Array.Clear(_slopes);
        for (int c = 0; c < others.Length; c++)
        {
            int distance = distances[c];
            double away = distance < _bitCount ? _gain[distance + 1] - _gain[distance] : 0;
            double toward = distance > 0 ? _gain[distance - 1] - _gain[distance] : 0;
            shared += (away + toward) / 2;
            StripedMath.AccumulateScaled((away - toward) / 2, others[c].Target.AsSpan(start, _bitCount), _slopes);
        }

        double best = 0;
        int chosen = -1;
        for (int k = start; k < start + _bitCount; k++)
        {
            double raise = shared + (placed.Target[k] * _slopes[k - start]);
            if (raise <= SmallestRaise || raise < best - SmallestRaise)
                continue;

            // Sums of the same numbers in another order differ in the last digits: such raises are equal.
            bool isEqual = chosen >= 0 && raise <= best + SmallestRaise;
            if (!isEqual || Math.Abs(placed.CodeSums[k]) < Math.Abs(placed.CodeSums[chosen]))
                chosen = k;
            best = Math.Max(best, raise);
        }

        if (chosen < 0)
            return false;
        placed.Target[chosen] = -placed.Target[chosen];
        for (int c = 0; c < others.Length; c++)
            distances[c] += others[c].Target[chosen] == placed.Target[chosen] ? -1 : 1;
        return true;
    }
}
