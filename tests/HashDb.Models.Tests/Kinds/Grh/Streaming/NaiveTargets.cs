using HashDb.Models.Kinds.Grh.Streaming;

namespace HashDb.Models.Tests.Kinds.Grh.Streaming;

/// <summary>
/// The rule that comes to mind first, kept to show what it does: a class's target is the sign of the running mean of its own codes. It
/// feeds on itself, and classes melt together.
/// </summary>
internal sealed class NaiveTargets : IStreamTargets
{
    private readonly Dictionary<int, double[]> _sums = [];

    public bool Fill(ReadOnlySpan<int> labels, ReadOnlySpan<float> values, Span<float> target)
    {
        if (!_sums.TryGetValue(labels[0], out double[]? sum))
            _sums.Add(labels[0], sum = new double[values.Length]);
        for (int k = 0; k < sum.Length; k++)
        {
            sum[k] += values[k] >= 0 ? 1 : -1;
            target[k] = sum[k] >= 0 ? 1 : -1;
        }

        return true;
    }
}
