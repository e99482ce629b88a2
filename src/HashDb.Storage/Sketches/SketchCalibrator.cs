// Measures what recall costs: some of the collection's own rows are queries. For each the true neighbours are found by comparing with all
// rows, and every row is placed by two numbers: how near its cell is to the query among all cells, and by how many standard deviations
// its estimate lies above the distance of the last true neighbour. A search that scans so many cells and subtracts so many
// deviations reads the rows below both, and finds the neighbours below both. For each recall the cheapest pair is kept.
//
// What things cost is a constant of the shape, not of the machine, so that the same rows give the same calibration everywhere.
using HashDb.Storage.Query;
using HashDb.Storage.Records;

namespace HashDb.Storage.Sketches;

internal sealed unsafe class SketchCalibrator
{
    private const int MaxQueries = 256;
    /// <summary>Rows below which it means nothing.</summary>
    public const int MinRows = 1_000;

    private const int ChunkRows = 256;

    /// <summary>Deviations are told apart in eighths, from -2 to 4.</summary>
    private const int DeviationSteps = 8;
    private const int LowestDeviation = -2;
    private const int DeviationCount = (6 * DeviationSteps) + 1;

    /// <summary>What a measured recall must have above a target, of what may be missed: for what the sample does not tell.</summary>
    private const double Margin = .1;

    /// <summary>Reads of the hardest query that was measured, and half as many again.</summary>
    private const double LimitFactor = 1.5;
    private const int MinLimit = 64;

    private static readonly int[] CellCounts =
        [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1_024, 2_048, 4_096, 8_192, 16_384, 32_768, 65_536];

    private readonly SketchIndex _index;
    private readonly RecordStore _records;
    private readonly uint _rows;
    private readonly uint[] _queries;
    private readonly (float Distance, uint Row)[][] _nearest;
    private readonly int[] _grid;
    private readonly int[] _reads;
    private readonly long[] _found;
    private readonly double[] _scanned;

    private SketchCalibrator(SketchIndex index, RecordStore records, uint rows, uint[] queries)
    {
        _index = index;
        _records = records;
        _rows = rows;
        _queries = queries;
        _nearest = new (float, uint)[queries.Length][];
        _grid = [.. CellCounts.Where(count => count < index.CellCount), index.CellCount];
        _reads = new int[queries.Length * SketchCalibration.Tops.Length * _grid.Length * DeviationCount];
        _found = new long[SketchCalibration.Tops.Length * _grid.Length * DeviationCount];
        _scanned = new double[_grid.Length];
    }

    /// <summary>Measures; null when there are too few rows for it to mean anything.</summary>
    /// <param name="index">Sketches of the rows.</param>
    /// <param name="records">The rows.</param>
    /// <param name="rows">Rows to look at.</param>
    /// <param name="pause">Called between steps of about a millisecond.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static SketchCalibration? Measure(
        SketchIndex index, RecordStore records, uint rows, Action pause, CancellationToken cancellationToken)
    {
        uint[] queries = Sample(records, rows, cancellationToken);
        if (rows - records.Dead.Count < MinRows || queries.Length < MaxQueries / 2)
            return null;
        var calibrator = new SketchCalibrator(index, records, rows, queries);
        calibrator.FindNearest(pause, cancellationToken);
        calibrator.PlaceRows(pause, cancellationToken);
        return calibrator.Choose();
    }

    /// <summary>Rows at equal distances, counted over the live ones.</summary>
    private static uint[] Sample(RecordStore records, uint rows, CancellationToken cancellationToken)
    {
        long live = rows - records.Dead.Count;
        var sample = new List<uint>(MaxQueries);
        long seen = 0;
        for (uint row = 0; row < rows && sample.Count < MaxQueries; row++)
        {
            if (row % ChunkRows == 0)
                cancellationToken.ThrowIfCancellationRequested();
            if (records.Dead.IsDead(row))
                continue;
            if (seen++ >= (((long)sample.Count * live) + (live / 2)) / MaxQueries)
                sample.Add(row);
        }
        return [.. sample];
    }

    private void FindNearest(Action pause, CancellationToken cancellationToken)
    {
        int most = SketchCalibration.Tops[^1];
        for (int q = 0; q < _queries.Length; q++)
            _nearest[q] = Enumerable.Repeat((float.PositiveInfinity, uint.MaxValue), most).ToArray();
        double[] norms = [.. _queries.Select(row => DistanceKernel.SquaredNorm(_records.VectorOf(row)))];
        for (uint first = 0; first < _rows; first += ChunkRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            uint end = Math.Min(_rows, first + ChunkRows);
            for (int q = 0; q < _queries.Length; q++)
            {
                (float Distance, uint Row)[] nearest = _nearest[q];
                ReadOnlySpan<float> query = _records.VectorOf(_queries[q]);
                for (uint row = first; row < end; row++)
                {
                    if (row == _queries[q] || _records.Dead.IsDead(row))
                        continue;
                    float distance = DistanceKernel.Distance(_index.Encoder.Metric, query, norms[q], _records.VectorOf(row));
                    if (distance < nearest[^1].Distance)
                        Insert(nearest, distance, row);
                }
                pause();
            }
        }
    }

    private static void Insert((float Distance, uint Row)[] nearest, float distance, uint row)
    {
        int at = nearest.Length - 1;
        for (; at > 0 && nearest[at - 1].Distance > distance; at--)
            nearest[at] = nearest[at - 1];
        nearest[at] = (distance, row);
    }

    private void PlaceRows(Action pause, CancellationToken cancellationToken)
    {
        var query = new SketchQuery(_index.Encoder);
        var rankOf = new Dictionary<uint, int>();
        for (int q = 0; q < _queries.Length; q++)
        {
            query.Begin(_records.VectorOf(_queries[q]));
            query.OrderCells(_index.CellCount);
            rankOf.Clear();
            for (int i = 0; i < _nearest[q].Length; i++)
                rankOf[_nearest[q][i].Row] = i;
            int step = 0;
            for (int rank = 0; rank < _index.CellCount; rank++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (rank == _grid[step])
                    step++;
                SketchCell cell = _index.Cell(query.CellAt(rank));
                (float, float) relation = query.Relation(query.CellAt(rank));
                for (int block = 0; block < cell.FullCount; block++)
                    PlaceBlock(query, q, (byte*)cell.Full[block], relation, step, rankOf);
                if (cell.Open != 0)
                    PlaceBlock(query, q, (byte*)cell.Open, relation, step, rankOf);
                pause();
            }
        }
        Accumulate();
    }

    private void PlaceBlock(SketchQuery query, int q, byte* block, (float, float) relation, int step, Dictionary<uint, int> rankOf)
    {
        Span<float> estimates = stackalloc float[SketchShape.BlockRows];
        Span<float> deviations = stackalloc float[SketchShape.BlockRows];
        query.Estimate(block, relation, estimates, deviations);
        uint* rows = SketchBlock.Rows(_index.Shape, block);
        int count = SketchBlock.CountOf(block);
        _scanned[step] += count;
        for (int top = 0; top < SketchCalibration.Tops.Length; top++)
        {
            float last = SketchSearcher.KeyOf(_index.Encoder.Metric, _nearest[q][SketchCalibration.Tops[top] - 1].Distance);
            int reads = ((q * SketchCalibration.Tops.Length) + top) * _grid.Length * DeviationCount;
            int found = top * _grid.Length * DeviationCount;
            for (int i = 0; i < count; i++)
            {
                // The smallest number of deviations, in eighths, with which this row is read.
                float z = (estimates[i] - last) / Math.Max(deviations[i], float.Epsilon);
                if (!(z <= LowestDeviation + ((DeviationCount - 1) / (float)DeviationSteps)) || _records.Dead.IsDead(rows[i]))
                    continue;
                int column = Math.Max(0, (int)MathF.Ceiling((z - LowestDeviation) * DeviationSteps));
                if (rows[i] == _queries[q])
                    continue;
                _reads[reads + (step * DeviationCount) + column]++;
                if (rankOf.TryGetValue(rows[i], out int neighbour) && neighbour < SketchCalibration.Tops[top])
                    _found[found + (step * DeviationCount) + column]++;
            }
        }
    }

    /// <summary>From how many rows are at a place to how many are at it or below it.</summary>
    private void Accumulate()
    {
        for (int step = 1; step < _grid.Length; step++)
            _scanned[step] += _scanned[step - 1];
        int table = _grid.Length * DeviationCount;
        for (int at = 0; at < _reads.Length; at += table)
            Accumulate(_reads.AsSpan(at, table));
        for (int at = 0; at < _found.Length; at += table)
            Accumulate(_found.AsSpan(at, table));
    }

    private void Accumulate<T>(Span<T> table)
        where T : System.Numerics.INumber<T>
    {
        for (int step = 0; step < _grid.Length; step++)
        {
            T sum = T.Zero;
            for (int column = 0; column < DeviationCount; column++)
            {
                int at = (step * DeviationCount) + column;
                sum += table[at];
                table[at] = step == 0 ? sum : sum + table[at - DeviationCount];
            }
        }
    }

    private SketchCalibration Choose()
    {
        var entries = new SketchSettings[SketchCalibration.Tops.Length * SketchCalibration.Targets.Length];
        for (int top = 0; top < SketchCalibration.Tops.Length; top++)
        {
            for (int target = 0; target < SketchCalibration.Targets.Length; target++)
                entries[(top * SketchCalibration.Targets.Length) + target] = Choose(top, SketchCalibration.Targets[target]);
        }
        return new SketchCalibration(_rows, entries);
    }

    private SketchSettings Choose(int top, float target)
    {
        double wanted = target + ((1 - target) * Margin);
        double neighbours = (double)_queries.Length * SketchCalibration.Tops[top];
        (double cost, int step, int column) best = (double.PositiveInfinity, _grid.Length - 1, DeviationCount - 1);
        for (int step = 0; step < _grid.Length; step++)
        {
            for (int column = 0; column < DeviationCount; column++)
            {
                if (_found[Place(top, step, column)] / neighbours < wanted)
                    continue;
                double cost = CostOf(top, step, column);
                if (cost < best.cost)
                    best = (cost, step, column);
                break;
            }
        }
        int most = 0;
        for (int q = 0; q < _queries.Length; q++)
            most = Math.Max(most, _reads[Place((q * SketchCalibration.Tops.Length) + top, best.step, best.column)]);
        return new SketchSettings(
            _grid[best.step],
            LowestDeviation + (best.column / (float)DeviationSteps),
            Math.Max(MinLimit, SketchCalibration.Tops[top] + (int)(most * LimitFactor)),
            (float)(_found[Place(top, best.step, best.column)] / neighbours));
    }

    private double CostOf(int top, int step, int column)
    {
        double reads = 0;
        for (int q = 0; q < _queries.Length; q++)
            reads += _reads[Place((q * SketchCalibration.Tops.Length) + top, step, column)];
        return (_scanned[step] * SketchCosts.OfEstimate(_index.Shape))
            + ((reads + ((double)_queries.Length * SketchCalibration.Tops[top])) * SketchCosts.OfRead(_index.Shape));
    }

    private int Place(int table, int step, int column) => (((table * _grid.Length) + step) * DeviationCount) + column;
}
