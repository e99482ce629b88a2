// The hyperplanes while they are learned, and the sum of what they were. One item costs one pass over them: moving them for the last
// item and projecting the next one happen together, so that each weight is loaded and stored once.
// Layout: tiles of 16 hyperplanes, [tile][dimension][16 hyperplanes], dimensions padded with zeros to a multiple of eight, 64-byte
// aligned. Lanes run over hyperplanes, so that no lane ever meets another.
// Invariants: the same items in the same order give the same bits, whatever the batches, the machine and its registers: a product
// is eight chains of fused multiply-adds, chain j over the dimensions d with d % 8 = j ascending, added in a fixed tree; a weight is
// moved by one fused multiply-add; sums are in float64. The 512-bit type has the same lanes everywhere.
// Used by one thread.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using HashDb.Models.Numerics;

namespace HashDb.Models.Kinds.Grh.Streaming;

/// <summary>Weights of a stream learner.</summary>
internal sealed unsafe class StreamWeights
{
    /// <summary>Hyperplanes of a tile.</summary>
    public const int Lanes = 16;

    private const int Chains = 8;

    private readonly int _outputs;
    private readonly int _dimensions;
    private readonly int _depth;
    private readonly int _tileCount;
    private readonly long _tileFloats;
    private readonly AlignedBuffer<float> _weights;
    private readonly AlignedBuffer<double> _sums;

    // The row that is being learned and the one before it, whose step has not reached the weights yet.
    private readonly AlignedBuffer<float> _rows;
    private readonly float[] _steps;
    private int _slot;
    private bool _stepIsDue;

    /// <param name="current">Row-major, <c>outputs * dimensions</c>.</param>
    /// <param name="sums">What <see cref="CopySums"/> gave, or empty for a new stream.</param>
    /// <param name="outputs">Number of hyperplanes.</param>
    /// <param name="dimensions">Length of a row.</param>
    /// <param name="itemCount">Items learned before.</param>
    public StreamWeights(ReadOnlySpan<float> current, ReadOnlySpan<double> sums, int outputs, int dimensions, long itemCount)
    {
        _outputs = outputs;
        _dimensions = dimensions;
        _depth = (dimensions + Chains - 1) / Chains * Chains;
        _tileCount = (outputs + Lanes - 1) / Lanes;
        _tileFloats = (long)_depth * Lanes;
        _weights = new AlignedBuffer<float>(_tileCount * _tileFloats);
        _sums = new AlignedBuffer<double>(_tileCount * _tileFloats);
        _rows = new AlignedBuffer<float>(2L * _depth);
        _weights.Clear();
        _sums.Clear();
        _rows.Clear();
        _steps = new float[PaddedOutputs];
        ItemCount = itemCount;
        for (int output = 0; output < outputs; output++)
        {
            for (int d = 0; d < dimensions; d++)
            {
                // Adding zero turns -0 into 0, which a step of length zero would do anyway.
                _weights.Pointer[Place(output, d)] = current[(output * dimensions) + d] + 0f;
                if (!sums.IsEmpty)
                    _sums.Pointer[Place(output, d)] = sums[(output * dimensions) + d];
            }
        }
    }

    /// <summary>Hyperplanes.</summary>
    public int OutputCount => _outputs;

    /// <summary>Hyperplanes including those that fill the last tile.</summary>
    public int PaddedOutputs => _tileCount * Lanes;

    /// <summary>Items learned.</summary>
    public long ItemCount { get; private set; }

    /// <summary>Projects the next item.</summary>
    /// <param name="row">Preprocessed, <c>dimensions</c> values.</param>
    /// <param name="values">Receives <see cref="PaddedOutputs"/> products.</param>
    public void Project(ReadOnlySpan<float> row, Span<float> values)
    {
        float* last = _rows.Pointer + ((nint)_slot * _depth);
        _slot ^= 1;
        float* next = _rows.Pointer + ((nint)_slot * _depth);
        row.CopyTo(new Span<float>(next, _dimensions));
        for (int tile = 0; tile < _tileCount; tile++)
        {
            Vector512<float> steps = _stepIsDue ? Vector512.Create<float>(_steps.AsSpan(tile * Lanes, Lanes)) : Vector512<float>.Zero;
            float* weights = _weights.Pointer + (tile * _tileFloats);
            Vector512<float> products = steps == Vector512<float>.Zero
                ? Multiply(weights, next, _depth)
                : MoveAndMultiply(weights, last, steps, next, _depth);
            products.CopyTo(values[(tile * Lanes)..]);
        }

        _stepIsDue = false;
        GC.KeepAlive(this);
    }

    /// <summary>Ends the item of the last <see cref="Project"/>: hyperplane k moves by <c>steps[k]</c> times its row.</summary>
    public void Step(ReadOnlySpan<float> steps)
    {
        steps.CopyTo(_steps);
        _stepIsDue = true;
        ItemCount++;
        if (ItemCount % GrhStreamOptions.AveragingInterval == 0)
        {
            Settle();
            Sum(_weights.Pointer, _sums.Pointer, _weights.Length);
            GC.KeepAlive(this);
        }
    }

    /// <summary>Copies the weights, row-major, <c>outputs * dimensions</c>.</summary>
    public float[] CopyCurrent()
    {
        Settle();
        float[] copy = new float[_outputs * _dimensions];
        for (int output = 0; output < _outputs; output++)
        {
            for (int d = 0; d < _dimensions; d++)
                copy[(output * _dimensions) + d] = _weights.Pointer[Place(output, d)];
        }

        GC.KeepAlive(this);
        return copy;
    }

    /// <summary>Copies the sums, row-major, <c>outputs * dimensions</c>.</summary>
    public double[] CopySums()
    {
        double[] copy = new double[_outputs * _dimensions];
        for (int output = 0; output < _outputs; output++)
        {
            for (int d = 0; d < _dimensions; d++)
                copy[(output * _dimensions) + d] = _sums.Pointer[Place(output, d)];
        }

        GC.KeepAlive(this);
        return copy;
    }

    private long Place(int output, int dimension) => (output / Lanes * _tileFloats) + ((long)dimension * Lanes) + (output % Lanes);

    private void Settle()
    {
        if (!_stepIsDue)
            return;
        _stepIsDue = false;
        for (int tile = 0; tile < _tileCount; tile++)
        {
            Vector512<float> steps = Vector512.Create<float>(_steps.AsSpan(tile * Lanes, Lanes));
            if (steps != Vector512<float>.Zero)
                Move(_weights.Pointer + (tile * _tileFloats), _rows.Pointer + ((nint)_slot * _depth), steps, _depth);
        }

        GC.KeepAlive(this);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector512<float> MoveAndMultiply(float* weights, float* last, Vector512<float> steps, float* next, int depth)
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        for (int d = 0; d < depth; d += Chains, weights += Chains * Lanes, last += Chains, next += Chains)
        {
            s0 = Vector512.FusedMultiplyAdd(Moved(weights, steps, last[0]), Vector512.Create(next[0]), s0);
            s1 = Vector512.FusedMultiplyAdd(Moved(weights + Lanes, steps, last[1]), Vector512.Create(next[1]), s1);
            s2 = Vector512.FusedMultiplyAdd(Moved(weights + (2 * Lanes), steps, last[2]), Vector512.Create(next[2]), s2);
            s3 = Vector512.FusedMultiplyAdd(Moved(weights + (3 * Lanes), steps, last[3]), Vector512.Create(next[3]), s3);
            s4 = Vector512.FusedMultiplyAdd(Moved(weights + (4 * Lanes), steps, last[4]), Vector512.Create(next[4]), s4);
            s5 = Vector512.FusedMultiplyAdd(Moved(weights + (5 * Lanes), steps, last[5]), Vector512.Create(next[5]), s5);
            s6 = Vector512.FusedMultiplyAdd(Moved(weights + (6 * Lanes), steps, last[6]), Vector512.Create(next[6]), s6);
            s7 = Vector512.FusedMultiplyAdd(Moved(weights + (7 * Lanes), steps, last[7]), Vector512.Create(next[7]), s7);
        }

        return ((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector512<float> Multiply(float* weights, float* next, int depth)
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        for (int d = 0; d < depth; d += Chains, weights += Chains * Lanes, next += Chains)
        {
            s0 = Vector512.FusedMultiplyAdd(Vector512.Load(weights), Vector512.Create(next[0]), s0);
            s1 = Vector512.FusedMultiplyAdd(Vector512.Load(weights + Lanes), Vector512.Create(next[1]), s1);
            s2 = Vector512.FusedMultiplyAdd(Vector512.Load(weights + (2 * Lanes)), Vector512.Create(next[2]), s2);
            s3 = Vector512.FusedMultiplyAdd(Vector512.Load(weights + (3 * Lanes)), Vector512.Create(next[3]), s3);
            s4 = Vector512.FusedMultiplyAdd(Vector512.Load(weights + (4 * Lanes)), Vector512.Create(next[4]), s4);
            s5 = Vector512.FusedMultiplyAdd(Vector512.Load(weights + (5 * Lanes)), Vector512.Create(next[5]), s5);
            s6 = Vector512.FusedMultiplyAdd(Vector512.Load(weights + (6 * Lanes)), Vector512.Create(next[6]), s6);
            s7 = Vector512.FusedMultiplyAdd(Vector512.Load(weights + (7 * Lanes)), Vector512.Create(next[7]), s7);
        }

        return ((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Move(float* weights, float* row, Vector512<float> steps, int depth)
    {
        for (int d = 0; d < depth; d++, weights += Lanes)
            Moved(weights, steps, row[d]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Moved(float* weights, Vector512<float> steps, float value)
    {
        Vector512<float> moved = Vector512.FusedMultiplyAdd(steps, Vector512.Create(value), Vector512.Load(weights));
        moved.Store(weights);
        return moved;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum(float* weights, double* sums, long length)
    {
        const int Half = Lanes / 2;
        for (long i = 0; i < length; i += Lanes)
        {
            Vector512<float> current = Vector512.Load(weights + i);
            (Vector512.Load(sums + i) + Vector512.WidenLower(current)).Store(sums + i);
            (Vector512.Load(sums + i + Half) + Vector512.WidenUpper(current)).Store(sums + i + Half);
        }
    }
}
