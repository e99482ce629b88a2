// One step of passive-aggressive learning for all hyperplanes at once: project, ask for the target, move. In float32, each
// operation rounded by itself, so that the result does not depend on the machine.
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace HashDb.Models.Kinds.Grh.Streaming;

/// <summary>Takes items one after another. Used by one thread.</summary>
internal sealed class StreamSteps
{
    /// <summary>Keeps the reciprocal of a tiny squared length finite; the cost bounds the step long before.</summary>
    private const double MaxReciprocal = 1e30;

    private readonly StreamWeights _weights;
    private readonly IStreamTargets _targets;
    private readonly GrhStreamOptions _options;
    private readonly int _outputs;
    private readonly float[] _bias;
    private readonly float[] _values;
    private readonly float[] _target;
    private readonly float[] _steps;

    public StreamSteps(StreamWeights weights, ReadOnlySpan<float> bias, IStreamTargets targets, GrhStreamOptions options)
    {
        _weights = weights;
        _targets = targets;
        _options = options;
        _outputs = weights.OutputCount;
        _bias = new float[weights.PaddedOutputs];
        bias.CopyTo(_bias);
        _values = new float[weights.PaddedOutputs];
        _target = new float[weights.PaddedOutputs];
        _steps = new float[weights.PaddedOutputs];
    }

    /// <summary>Learns one item.</summary>
    /// <param name="row">Preprocessed.</param>
    /// <param name="squaredLength">Its squared length.</param>
    /// <param name="labels">Its labels.</param>
    /// <returns>True when a hyperplane moved.</returns>
    public bool Take(ReadOnlySpan<float> row, double squaredLength, ReadOnlySpan<int> labels)
    {
        _weights.Project(row, _values);
        for (int k = 0; k < _values.Length; k += StreamWeights.Lanes)
            (Vector512.Create<float>(_values.AsSpan(k, StreamWeights.Lanes)) + Vector512.Create<float>(_bias.AsSpan(k,
            StreamWeights.Lanes))).CopyTo(_values.AsSpan(k));

        Span<float> values = _values.AsSpan(0, _outputs);
        _steps.AsSpan().Clear();

        // Huge vectors without scaling may overflow. There is no direction to move in then, and no target to anchor.
        if (squaredLength > 0 && TensorPrimitives.IsFiniteAll<float>(values) && _targets.Fill(labels, values, _target.AsSpan(0, _outputs)))
            return Move(squaredLength);
        _weights.Step(_steps);
        return false;
    }

    private bool Move(double squaredLength)
    {
        bool softened = _options.Rule == GrhStreamRule.PassiveAggressive2;
        double divisor = softened ? squaredLength + (1 / (2 * _options.Cost)) : squaredLength;
        Vector512<float> reciprocal = Vector512.Create((float)Math.Min(1 / divisor, MaxReciprocal));
        Vector512<float> cost = Vector512.Create(softened ? float.MaxValue : (float)_options.Cost);
        Vector512<float> any = default;
        for (int k = 0; k < _steps.Length; k += StreamWeights.Lanes)
        {
            Vector512<float> target = Vector512.Create<float>(_target.AsSpan(k, StreamWeights.Lanes));
            Vector512<float> loss = Vector512.Max(
                Vector512<float>.Zero, Vector512<float>.One - (target * Vector512.Create<float>(_values.AsSpan(k, StreamWeights.Lanes))));
            Vector512<float> steps = Vector512.Min(cost, loss * reciprocal) * target;
            steps.CopyTo(_steps.AsSpan(k));
            any |= steps;
        }

        _weights.Step(_steps);
        return any != Vector512<float>.Zero;
    }
}
