// A query against sketches, and the memory that it needs, kept from query to query: coordinates, table, distances to the centres, and the
// rows that were found. One query at a time.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using HashDb.Models;
using HashDb.Storage.Query;

namespace HashDb.Storage.Sketches;

internal sealed unsafe class SketchQuery
{
    private readonly float[] _prepared;
    private readonly float[] _rotated;
    private readonly float[] _scores;
    private readonly ulong[] _order;
    private readonly QueryTable _table;
    private double _squaredNorm;
    private double _ofMean;

    public SketchQuery(SketchEncoder encoder)
    {
        Encoder = encoder;
        _prepared = new float[encoder.Shape.Dimensions];
        _rotated = new float[encoder.Shape.Length];
        _scores = new float[encoder.Cells.CellCount];
        _order = new ulong[encoder.Cells.CellCount];
        _table = new QueryTable(encoder.Shape);
    }

    public SketchEncoder Encoder { get; }

    /// <summary>The rows with the smallest keys.</summary>
    public SketchKeys Keys { get; } = new();

    /// <summary>The keys of all rows that were seen, where there is a filter.</summary>
    public SeenKeys Seen { get; } = new();

    /// <summary>Bytes that it keeps from query to query, about.</summary>
    public long Bytes => Keys.Bytes + Seen.Bytes + ((long)(_prepared.Length + _rotated.Length + (3 * _order.Length)) * sizeof(float));

    /// <summary>Rows whose distance was estimated, dead ones included.</summary>
    public long Estimated { get; private set; }

    /// <summary>Cells in order, nearest first, as far as <see cref="OrderCells"/> was asked for.</summary>
    public int CellAt(int rank) => (int)(uint)_order[rank];

    /// <summary>Prepares a query.</summary>
    /// <exception cref="ArgumentException">The vector is not finite or has no direction.</exception>
    public void Begin(ReadOnlySpan<float> vector)
    {
        Encoder.Cells.Preprocessing.Apply(vector, _prepared);
        Encoder.Rotate(_prepared, _rotated);
        _table.Fill(_rotated);
        Encoder.Cells.Score(_prepared, 1, _scores);
        _squaredNorm = StripedMath.SumOfSquares(_prepared);
        ReadOnlySpan<float> mean = Encoder.Cells.Preprocessing.Mean.Span;
        _ofMean = Encoder.Metric == DistanceMetric.Dot && !mean.IsEmpty ? StripedMath.Dot(vector, mean) : 0;
        Estimated = 0;
    }

    /// <summary>Puts the <paramref name="count"/> nearest cells first, in order; equally near ones by number.</summary>
    public void OrderCells(int count)
    {
        for (int cell = 0; cell < _order.Length; cell++)
        {
            // A score orders by distance. With half of the squared norm added it is the inner product of query and centre, both relative
            // to the mean; with that of mean and centre besides it orders by the inner product of the query as it is.
            float nearness = Encoder.Metric == DistanceMetric.Dot
                ? _scores[cell] + (.5f * Encoder.SquaredNorms[cell]) + Encoder.CentresOfMean[cell]
                : _scores[cell];
            _order[cell] = SketchKeys.KeyOf(-nearness, (uint)cell);
        }
        if (count < _order.Length)
            SketchKeys.SelectSmallest(_order, count);
        _order.AsSpan(0, count).Sort();
    }

    /// <summary>Estimates the rows of a cell, and keeps those with the smallest keys.</summary>
    /// <param name="index">Where the sketches are.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="deviations">Standard deviations to subtract.</param>
    /// <param name="selection">The rows that may be kept.</param>
    public void Scan(SketchIndex index, int cell, float deviations, in RowSelection selection)
    {
        SketchCell blocks = index.Cell(cell);
        (float start, float distance) = Relation(cell);
        float back = deviations * distance;
        for (int i = 0; i < blocks.FullCount; i++)
            ScanBlock((byte*)blocks.Full[i], start, back, selection);
        if (blocks.Open != 0)
            ScanBlock((byte*)blocks.Open, start, back, selection);
    }

    /// <summary>Among how many of the rows that were seen the first matches are the nearest.</summary>
    public double RankOf(int match) => Seen.CountTo(Keys.LargestOf(match));

    /// <summary>What the offsets of a cell's rows are relative to, and the query's distance from its centre.</summary>
    public (float Start, float Distance) Relation(int cell)
    {
        double ofCentre = _scores[cell] + (.5 * Encoder.SquaredNorms[cell]);
        double squared = Math.Max(0, _squaredNorm - (2 * ofCentre) + Encoder.SquaredNorms[cell]);
        return (Encoder.Metric == DistanceMetric.Dot ? (float)(-ofCentre - _ofMean) : (float)squared, (float)Math.Sqrt(squared));
    }

    /// <summary>Estimates the rows of one block: their distances as keys have them, and the standard deviations.</summary>
    public void Estimate(byte* block, (float Start, float Distance) relation, Span<float> estimates, Span<float> deviations)
    {
        ushort* sums = stackalloc ushort[SketchShape.BlockRows];
        SumBlock(block, sums);
        float* factors = SketchBlock.Factors(Encoder.Shape, block);
        for (int i = 0; i < SketchShape.BlockRows; i++)
        {
            float sum = (sums[i] * _table.Step) - _table.Shift;
            estimates[i] = factors[i] + relation.Start - (factors[SketchShape.BlockRows + i] * sum);
            deviations[i] = factors[(2 * SketchShape.BlockRows) + i] * relation.Distance;
        }
    }

    private void SumBlock(byte* block, ushort* sums) =>
        BlockScan.Sum(SketchBlock.Lines(block), Encoder.Shape.Lines, _table.Pointer, sums);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ScanBlock(byte* block, float start, float back, in RowSelection selection)
    {
        int count = SketchBlock.CountOf(block);
        ushort* sums = stackalloc ushort[SketchShape.BlockRows];
        SumBlock(block, sums);
        Keys.MakeRoom();
        float* factors = SketchBlock.Factors(Encoder.Shape, block);
        uint* rows = SketchBlock.Rows(Encoder.Shape, block);
        Vector512<float> threshold = Vector512.Create(Keys.Threshold);
        float* keys = stackalloc float[Vector512<float>.Count];
        Span<float> seen = selection.Filter is null ? default : Seen.Next(count);
        for (int first = 0; first < count; first += Vector512<float>.Count)
        {
            Vector256<ushort> words = Vector256.Load(sums + first);
            Vector512<float> sum = Vector512.ConvertToSingle(
                Vector512.Create(Vector256.WidenLower(words).AsInt32(), Vector256.WidenUpper(words).AsInt32()));
            sum = (sum * _table.Step) - Vector512.Create(_table.Shift);
            Vector512<float> key = Vector512.Load(factors + first) + Vector512.Create(start)
                - (Vector512.Load(factors + SketchShape.BlockRows + first) * sum)
                - (Vector512.Load(factors + (2 * SketchShape.BlockRows) + first) * back);
            if (!seen.IsEmpty)
                key.CopyTo(seen[first..]);
            // Not "at most": an estimate that is no number says nothing, and is read.
            ulong near = (~Vector512.GreaterThan(key, threshold)).ExtractMostSignificantBits();
            if (count - first < Vector512<float>.Count)
                near &= (1UL << (count - first)) - 1;
            if (near == 0)
                continue;
            key.Store(keys);
            for (; near != 0; near &= near - 1)
            {
                int lane = System.Numerics.BitOperations.TrailingZeroCount(near);
                uint row = rows[first + lane];
                if (selection.Contains(row))
                    Keys.Add(keys[lane], row);
            }
        }
        Estimated += count;
    }
}
