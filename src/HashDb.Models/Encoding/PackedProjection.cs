// A matrix of hyperplanes, packed for the projection kernel, and the loops around the kernel.
// Layout of the packed weights: [stretch of dimensions][tile of outputs][dimension][output], so that the kernel streams one
// tile of one stretch (at most 32 KiB) from cache while it passes over the rows of a panel.
// Invariant: output j of a row is bias[j] followed by one chain of fused multiply-adds in ascending order of dimension,
// whatever the register width, the number of rows or the row's place in the batch. Immutable, safe for many threads.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using HashDb.Models.Numerics;

namespace HashDb.Models.Encoding;

/// <summary>Projects rows onto many hyperplanes: <c>out[i, j] = bias[j] + sum_d rows[i, d] * weights[j, d]</c>, float32.</summary>
/// <remarks>
/// The result has the same bits on every machine, at every register width and in every batch size, because the order of the
/// sum is fixed and every step is a fused multiply-add, rounded once.
/// </remarks>
public sealed unsafe class PackedProjection
{
    /// <summary>Dimensions of a stretch: with 32 outputs a tile is 32 KiB.</summary>
    private const int StretchDepth = 256;

    /// <summary>Rows over which one tile is used before the next is read.</summary>
    private const int PanelRows = 64;

    private const int GroupRows = 8;
    private const int MaxTileWidth = 32;
    private const int Alignment = 64;

    private readonly float[] _storage;
    private readonly float* _packed;
    private readonly float[] _bias;
    private readonly int _tileCount;
    private readonly int _tileWidth;

    /// <summary>Packs hyperplanes.</summary>
    /// <param name="weights">Row-major, <c>outputCount * dimensions</c>, float32, finite.</param>
    /// <param name="bias">One value an output, finite; or empty for none.</param>
    /// <param name="outputCount">Number of hyperplanes.</param>
    /// <param name="dimensions">Length of a row.</param>
    /// <exception cref="ArgumentException">A size does not fit or a value is not finite; names it.</exception>
    public PackedProjection(ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, int outputCount, int dimensions)
        : this(weights, bias, outputCount, dimensions, WidthOverride.Value ?? WidthFor(outputCount))
    {
    }

    internal PackedProjection(ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, int outputCount, int dimensions, SimdWidth width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(outputCount, 1);
        MatrixShape.Check(weights.Length, outputCount, dimensions, nameof(weights));
        if (!bias.IsEmpty && bias.Length != outputCount)
            throw new ArgumentException($"{outputCount} outputs need as many biases or none, not {bias.Length}.", nameof(bias));
        CheckFinite(weights, dimensions, nameof(weights));
        CheckFinite(bias, 1, nameof(bias));

        Dimensions = dimensions;
        OutputCount = outputCount;
        Width = width;
        _bias = bias.ToArray();
        _tileWidth = width switch
        {
            SimdWidth.Bits512 => ProjectionKernel<Lanes512, Vector512<float>>.TileWidth,
            SimdWidth.Bits256 => ProjectionKernel<Lanes256, Vector256<float>>.TileWidth,
            SimdWidth.Bits128 => ProjectionKernel<Lanes128, Vector128<float>>.TileWidth,
            _ => ProjectionKernel<LanesScalar, float>.TileWidth,
        };
        _tileCount = (outputCount + _tileWidth - 1) / _tileWidth;

        // Pinned for life, so that the kernel may hold an address that starts on a cache line.
        long floats = (long)_tileCount * _tileWidth * dimensions;
        if (floats > Array.MaxLength - Alignment)
            throw new ArgumentException($"{outputCount} hyperplanes of {dimensions} dimensions do not fit one array.", nameof(outputCount));
        _storage = GC.AllocateArray<float>((int)floats + (Alignment / sizeof(float)), pinned: true);
        nuint address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_storage));
        _packed = (float*)((address + Alignment - 1) & ~(nuint)(Alignment - 1));
        Pack(weights);
    }

    /// <summary>Length of a row.</summary>
    public int Dimensions { get; }

    /// <summary>Number of hyperplanes.</summary>
    public int OutputCount { get; }

    /// <summary>The register width in use.</summary>
    internal SimdWidth Width { get; }

    /// <summary>Forces the width of the projections made in a test, whatever model they are part of.</summary>
    internal static AsyncLocal<SimdWidth?> WidthOverride { get; } = new();

    /// <summary>The widest registers that this machine adds and multiplies in hardware.</summary>
    internal static SimdWidth BestWidth =>
        Vector512.IsHardwareAccelerated ? SimdWidth.Bits512
        : Vector256.IsHardwareAccelerated ? SimdWidth.Bits256
        : Vector128.IsHardwareAccelerated ? SimdWidth.Bits128
        : SimdWidth.Scalar;

    /// <summary>Projects rows on the calling thread.</summary>
    /// <param name="rows">Row-major, <c>count * Dimensions</c>, float32, already preprocessed.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="outputs">Receives <c>count * OutputCount</c> values, row-major. Must not overlap the rows.</param>
    /// <exception cref="ArgumentException">A size does not fit.</exception>
    public void Project(ReadOnlySpan<float> rows, int count, Span<float> outputs)
    {
        MatrixShape.Check(rows.Length, count, Dimensions, nameof(rows));
        if (outputs.Length != (long)count * OutputCount)
            throw new ArgumentException(
                $"{count} rows have {(long)count * OutputCount} outputs, the span holds {outputs.Length}.", nameof(outputs));

        fixed (float* x = rows)
        fixed (float* y = outputs)
        {
            for (int first = 0; first < count; first += PanelRows)
            {
                int rowCount = Math.Min(PanelRows, count - first);
                float* panel = x + ((nint)first * Dimensions);
                float* sums = y + ((nint)first * OutputCount);
                switch (Width)
                {
                    case SimdWidth.Bits512:
                        ProjectPanel<Lanes512, Vector512<float>>(panel, rowCount, sums);
                        break;
                    case SimdWidth.Bits256:
                        ProjectPanel<Lanes256, Vector256<float>>(panel, rowCount, sums);
                        break;
                    case SimdWidth.Bits128:
                        ProjectPanel<Lanes128, Vector128<float>>(panel, rowCount, sums);
                        break;
                    default:
                        ProjectPanel<LanesScalar, float>(panel, rowCount, sums);
                        break;
                }
            }
        }

        // The kernel holds an address only, so the weights must not be collected while the last panel runs.
        GC.KeepAlive(this);
    }

    // A 512-bit tile has 32 outputs; 16 or fewer would leave half of it empty (measured: 1.6 times slower than 256 bits).
    private static SimdWidth WidthFor(int outputCount) =>
        BestWidth == SimdWidth.Bits512 && outputCount <= MaxTileWidth / 2 ? SimdWidth.Bits256 : BestWidth;

    private void ProjectPanel<TLanes, TVector>(float* rows, int count, float* sums)
        where TLanes : struct, ILanes<TVector, float>
        where TVector : unmanaged
    {
        for (int i = 0; i < count; i++)
        {
            Span<float> start = new(sums + ((nint)i * OutputCount), OutputCount);
            if (_bias.Length == 0)
                start.Clear();
            else
                _bias.CopyTo(start);
        }

        for (int from = 0; from < Dimensions; from += StretchDepth)
        {
            int depth = Math.Min(StretchDepth, Dimensions - from);
            float* stretch = _packed + ((nint)from * _tileCount * _tileWidth);
            if (count >= GroupRows)
            {
                for (int tile = 0; tile < _tileCount; tile++)
                    ProjectGroups<TLanes, TVector>(rows + from, count, stretch, tile, depth, sums);
            }
            else
            {
                for (int i = 0; i < count; i++)
                    ProjectRow<TLanes, TVector>(rows + ((nint)i * Dimensions) + from, stretch, depth, sums + ((nint)i * OutputCount));
            }
        }
    }

    /// <summary>All rows of a panel by one tile, eight rows at a time.</summary>
    private void ProjectGroups<TLanes, TVector>(float* rows, int count, float* stretch, int tile, int depth, float* sums)
        where TLanes : struct, ILanes<TVector, float>
        where TVector : unmanaged
    {
        float* weights = stretch + ((nint)tile * depth * _tileWidth);
        float* columns = sums + ((nint)tile * _tileWidth);
        int valid = Math.Min(_tileWidth, OutputCount - (tile * _tileWidth));
        float* scratch = stackalloc float[GroupRows * MaxTileWidth];
        for (int done = 0; done < count; done += GroupRows)
        {
            // The last group reaches back over rows that are done; their sums go to the scratch and are dropped.
            int first = Math.Min(done, count - GroupRows);
            float* group = rows + ((nint)first * Dimensions);
            float* groupSums = columns + ((nint)first * OutputCount);
            if (first == done && valid == _tileWidth)
            {
                ProjectionKernel<TLanes, TVector>.Run<EightRows>(group, Dimensions, weights, 0, depth, groupSums, OutputCount);
                continue;
            }

            for (int i = 0; i < GroupRows; i++)
                new Span<float>(groupSums + ((nint)i * OutputCount), valid).CopyTo(new Span<float>(scratch + (i * _tileWidth), valid));
            ProjectionKernel<TLanes, TVector>.Run<EightRows>(group, Dimensions, weights, 0, depth, scratch, _tileWidth);
            for (int i = done - first; i < GroupRows; i++)
                new Span<float>(scratch + (i * _tileWidth), valid).CopyTo(new Span<float>(groupSums + ((nint)i * OutputCount), valid));
        }
    }

    /// <summary>One row by all tiles, up to four at a time.</summary>
    private void ProjectRow<TLanes, TVector>(float* row, float* stretch, int depth, float* sums)
        where TLanes : struct, ILanes<TVector, float>
        where TVector : unmanaged
    {
        float* scratch = stackalloc float[4 * MaxTileWidth];
        for (int tile = 0; tile < _tileCount;)
        {
            int left = _tileCount - tile;
            int taken = left >= 4 ? 4 : left >= 2 ? 2 : 1;
            nint tileStride = (nint)depth * _tileWidth;
            float* weights = stretch + (tile * tileStride);
            float* columns = sums + (tile * _tileWidth);
            int valid = Math.Min(taken * _tileWidth, OutputCount - (tile * _tileWidth));
            bool whole = valid == taken * _tileWidth;
            float* target = whole ? columns : scratch;
            if (!whole)
                new Span<float>(columns, valid).CopyTo(new Span<float>(scratch, valid));

            if (taken == 4)
                ProjectionKernel<TLanes, TVector>.Run<FourTiles>(row, 0, weights, tileStride, depth, target, _tileWidth);
            else if (taken == 2)
                ProjectionKernel<TLanes, TVector>.Run<TwoTiles>(row, 0, weights, tileStride, depth, target, _tileWidth);
            else
                ProjectionKernel<TLanes, TVector>.Run<OneTile>(row, 0, weights, tileStride, depth, target, _tileWidth);

            if (!whole)
                new Span<float>(scratch, valid).CopyTo(new Span<float>(columns, valid));
            tile += taken;
        }
    }

    private void Pack(ReadOnlySpan<float> weights)
    {
        for (int from = 0; from < Dimensions; from += StretchDepth)
        {
            int depth = Math.Min(StretchDepth, Dimensions - from);
            float* stretch = _packed + ((nint)from * _tileCount * _tileWidth);
            for (int output = 0; output < OutputCount; output++)
            {
                ReadOnlySpan<float> source = weights.Slice((output * Dimensions) + from, depth);
                float* column = stretch + ((nint)(output / _tileWidth) * depth * _tileWidth) + (output % _tileWidth);
                for (int k = 0; k < depth; k++)
                    column[(nint)k * _tileWidth] = source[k];
            }
        }
    }

    private static void CheckFinite(ReadOnlySpan<float> values, int stride, string parameter)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
                throw new ArgumentException(
                    $"Value {i % stride} of hyperplane {i / stride} is {values[i]}, not a finite number.", parameter);
        }
    }
}
