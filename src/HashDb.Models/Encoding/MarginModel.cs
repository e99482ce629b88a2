// The part that every model shares whose bit k is the sign of a function f_k: checks, preprocessing, panels, threads, packing.
// Invariants: a row's hashcode depends on that row alone; a batch with a bad row always reports its first bad row,
// whichever thread met which row first. Immutable, safe for many threads.
using System.Buffers;
using System.Runtime.InteropServices;

namespace HashDb.Models.Encoding;

/// <summary>Base of the models whose bit k is set by the sign of a function value. A program's own kind of model derives from it.</summary>
public abstract class MarginModel : IHashModel
{
    /// <summary>Floats of preprocessed rows that a panel may take: 1 MiB, so that it stays in the second-level cache.</summary>
    private const int PanelFloats = 256 * 1024;

    private const int MaxPanelRows = 64;

    /// <summary>Below about a million multiply-adds a batch is done before another thread has woken up.</summary>
    private const long ParallelWork = 1 << 20;

    private readonly int _panelRows;

    /// <summary>Fixes the shape of the model.</summary>
    /// <exception cref="ArgumentException">A size is out of its limit, or the preprocessing or provenance is of another model.</exception>
    protected MarginModel(
        string kind, int dimensions, int bitCount, int tableCount, Preprocessing preprocessing, ModelProvenance provenance,
        SignRule signRule)
    {
        ArgumentException.ThrowIfNullOrEmpty(kind);
        ArgumentNullException.ThrowIfNull(preprocessing);
        ArgumentNullException.ThrowIfNull(provenance);
        ModelLimits.CheckShape(dimensions, bitCount, tableCount);
        preprocessing.CheckFits(dimensions);
        if (provenance.Kind != kind)
            throw new ArgumentException($"The provenance is of kind '{provenance.Kind}', the model of kind '{kind}'.", nameof(provenance));
        if (signRule is not (SignRule.NonNegative or SignRule.Positive))
            throw new ArgumentOutOfRangeException(nameof(signRule), signRule, "There is no such sign rule.");

        Kind = kind;
        Dimensions = dimensions;
        BitCount = bitCount;
        TableCount = tableCount;
        Preprocessing = preprocessing;
        Provenance = provenance;
        SignRule = signRule;
        _panelRows = Math.Clamp(PanelFloats / Math.Max(dimensions, MarginCount), 8, MaxPanelRows);
    }

    /// <inheritdoc/>
    public string Kind { get; }

    /// <inheritdoc/>
    public int Dimensions { get; }

    /// <inheritdoc/>
    public int BitCount { get; }

    /// <inheritdoc/>
    public int TableCount { get; }

    /// <inheritdoc/>
    public Preprocessing Preprocessing { get; }

    /// <inheritdoc/>
    public ModelProvenance Provenance { get; }

    /// <summary>Which side of zero sets a bit.</summary>
    public SignRule SignRule { get; }

    /// <summary>Function values of one vector: <c>TableCount * BitCount</c>.</summary>
    protected int MarginCount => TableCount * BitCount;

    /// <summary>Multiply-adds that one row costs; decides when a batch is worth several threads.</summary>
    protected virtual long WorkPerRow => (long)Dimensions * MarginCount;

    /// <summary>Computes function values of preprocessed rows on the calling thread.</summary>
    /// <param name="rows">Row-major, <c>count * Dimensions</c>, float32, preprocessed.</param>
    /// <param name="count">Number of rows, at most a panel.</param>
    /// <param name="margins">Receives <c>count * TableCount * BitCount</c> values, row-major.</param>
    /// <remarks>
    /// Must be safe for many threads and must compute each row from that row alone, with the same bits whatever
    /// <paramref name="count"/> and the register width are.
    /// </remarks>
    protected abstract void ComputeMargins(ReadOnlySpan<float> rows, int count, Span<float> margins);

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<float> vectors, int count, Span<byte> hashcodes)
    {
        MatrixShape.Check(vectors.Length, count, Dimensions, nameof(vectors));
        int codeBytes = TableCount * HashcodeMath.ByteCount(BitCount);
        if (hashcodes.Length != (long)count * codeBytes)
            throw new ArgumentException(
                $"{count} vectors have {(long)count * codeBytes} bytes of hashcodes, the span holds {hashcodes.Length}.",
                nameof(hashcodes));

        Run(vectors, count, hashcodes, codeBytes, wantsMargins: false);
    }

    /// <summary>Computes the signed function values of a batch of raw vectors, the values whose signs <see cref="Encode"/> packs.</summary>
    /// <param name="vectors">Row-major, <c>count * Dimensions</c>, float32, raw.</param>
    /// <param name="count">Number of vectors.</param>
    /// <param name="margins">Receives <c>count * TableCount * BitCount</c> values, row-major.</param>
    /// <exception cref="ArgumentException">A size does not fit, or a vector is not finite or has no direction; names the row.</exception>
    public void Margins(ReadOnlySpan<float> vectors, int count, Span<float> margins)
    {
        MatrixShape.Check(vectors.Length, count, Dimensions, nameof(vectors));
        if (margins.Length != (long)count * MarginCount)
            throw new ArgumentException(
                $"{count} vectors have {(long)count * MarginCount} margins, the span holds {margins.Length}.", nameof(margins));

        Run(vectors, count, margins, MarginCount, wantsMargins: true);
    }

    /// <inheritdoc/>
    public void EncodeWithMargins(ReadOnlySpan<float> vector, Span<byte> hashcodes, Span<float> margins)
    {
        int codeBytes = TableCount * HashcodeMath.ByteCount(BitCount);
        if (hashcodes.Length != codeBytes)
            throw new ArgumentException(
                $"A vector has {codeBytes} bytes of hashcodes, the span holds {hashcodes.Length}.", nameof(hashcodes));
        Margins(vector, 1, margins);
        SignPacker.Pack(margins, TableCount, BitCount, SignRule, hashcodes);
    }

    private void Run<TResult>(ReadOnlySpan<float> vectors, int count, Span<TResult> results, int resultsPerRow, bool wantsMargins)
        where TResult : unmanaged
    {
        if (count > _panelRows && Environment.ProcessorCount > 1 && WorkPerRow * count >= ParallelWork)
        {
            RunParallel(vectors, count, results, resultsPerRow, wantsMargins);
            return;
        }

        for (int first = 0; first < count; first += _panelRows)
        {
            int rowCount = Math.Min(_panelRows, count - first);
            RowFault fault = RunPanel(
                vectors.Slice(first * Dimensions, rowCount * Dimensions),
                rowCount,
                results.Slice(first * resultsPerRow, rowCount * resultsPerRow),
                wantsMargins,
                out int bad);
            if (fault != RowFault.None)
                throw Preprocessing.BadRow(fault, first + bad, nameof(vectors));
        }
    }

    private unsafe void RunParallel<TResult>(
        ReadOnlySpan<float> vectors, int count, Span<TResult> results, int resultsPerRow, bool wantsMargins)
        where TResult : unmanaged
    {
        int panels = (int)(((long)count + _panelRows - 1) / _panelRows);
        long firstBad = long.MaxValue;
        RowFault firstFault = RowFault.None;
        object gate = new();

        // Spans cannot enter the closure of a parallel loop; the memory stays pinned while the loop runs.
        fixed (float* source = vectors)
        fixed (TResult* target = results)
        {
            float* from = source;
            TResult* to = target;
            Parallel.For(0, panels, panel =>
            {
                int first = panel * _panelRows;
                int rowCount = Math.Min(_panelRows, count - first);
                RowFault fault = RunPanel(
                    new ReadOnlySpan<float>(from + ((nint)first * Dimensions), rowCount * Dimensions),
                    rowCount,
                    new Span<TResult>(to + ((nint)first * resultsPerRow), rowCount * resultsPerRow),
                    wantsMargins,
                    out int bad);
                if (fault == RowFault.None)
                    return;
                lock (gate)
                {
                    if (first + bad < firstBad)
                    {
                        firstBad = first + bad;
                        firstFault = fault;
                    }
                }
            });
        }

        if (firstFault != RowFault.None)
            throw Preprocessing.BadRow(firstFault, firstBad, nameof(vectors));
    }

    private RowFault RunPanel<TResult>(ReadOnlySpan<float> vectors, int count, Span<TResult> results, bool wantsMargins, out int bad)
        where TResult : unmanaged
    {
        float[] rented = ArrayPool<float>.Shared.Rent(count * (Dimensions + MarginCount));
        try
        {
            Span<float> rows = rented.AsSpan(0, count * Dimensions);
            for (bad = 0; bad < count; bad++)
            {
                RowFault fault =
                    Preprocessing.TryApply(vectors.Slice(bad * Dimensions, Dimensions), rows.Slice(bad * Dimensions, Dimensions));
                if (fault != RowFault.None)
                    return fault;
            }

            if (wantsMargins)
            {
                ComputeMargins(rows, count, MemoryMarshal.Cast<TResult, float>(results));
                return RowFault.None;
            }

            Span<byte> codes = MemoryMarshal.AsBytes(results);
            Span<float> margins = rented.AsSpan(count * Dimensions, count * MarginCount);
            ComputeMargins(rows, count, margins);
            int codeBytes = codes.Length / count;
            for (int i = 0; i < count; i++)
                SignPacker.Pack(
                    margins.Slice(i * MarginCount, MarginCount), TableCount, BitCount, SignRule, codes.Slice(i * codeBytes, codeBytes));
            return RowFault.None;
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }
}
