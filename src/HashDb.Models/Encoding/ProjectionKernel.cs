// The innermost loop of encoding: sums += x * w over a stretch of dimensions, for a block of registers.
// Invariant: lanes run over outputs, never over dimensions. Each output is one chain of fused multiply-adds in ascending
// order of dimension that starts at the value found in the sums; so the result does not depend on the register width, on
// the shape of the block or on where a stretch of dimensions ends.
// The accumulators are separate locals because the JIT keeps only such in registers; shape and width are constants to it,
// so every `if` on them disappears.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using HashDb.Models.Numerics;

namespace HashDb.Models.Encoding;

/// <summary>The kernel for one register width.</summary>
internal static unsafe class ProjectionKernel<TLanes, TVector>
    where TLanes : struct, ILanes<TVector, float>
    where TVector : unmanaged
{
    /// <summary>
    /// Registers of output columns that one tile has: eight rows need eight times as many accumulators, which must stay in registers, and
    /// x86 has sixteen below 512 bits.
    /// </summary>
    private static int RegistersPerTile => TLanes.Count == 16 || (TLanes.Count == 4 && AdvSimd.IsSupported) ? 2 : 1;

    /// <summary>Output columns of a tile.</summary>
    public static int TileWidth => TLanes.Count * RegistersPerTile;

    /// <summary>Adds <paramref name="depth"/> products to the sums of every slot.</summary>
    /// <param name="rows">float32; the row of slot i starts at <c>rows + i * rowStride</c> when slots are rows.</param>
    /// <param name="rowStride">Floats from one row to the next.</param>
    /// <param name="tiles">
    /// Weights, <c>[dimension][column]</c>; the tile of slot i starts at <c>tiles + i * tileStride</c> when slots are tiles.
    /// </param>
    /// <param name="tileStride">Floats from one tile to the next.</param>
    /// <param name="depth">Number of dimensions.</param>
    /// <param name="sums">Read and written, <see cref="TileWidth"/> values a slot.</param>
    /// <param name="sumStride">Floats from the sums of one slot to those of the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TShape>(float* rows, nint rowStride, float* tiles, nint tileStride, nint depth, float* sums, nint sumStride)
        where TShape : struct, ITileShape
    {
        bool two = RegistersPerTile == 2;
        int second = TLanes.Count;
        TVector a0 = default, b0 = default;
        TVector a1 = default, b1 = default;
        TVector a2 = default, b2 = default;
        TVector a3 = default, b3 = default;
        TVector a4 = default, b4 = default;
        TVector a5 = default, b5 = default;
        TVector a6 = default, b6 = default;
        TVector a7 = default, b7 = default;

        a0 = TLanes.Load(sums);
        if (two)
            b0 = TLanes.Load(sums + second);
        if (TShape.Slots >= 2)
        {
            a1 = TLanes.Load(sums + sumStride);
            if (two)
                b1 = TLanes.Load(sums + sumStride + second);
        }

        if (TShape.Slots >= 4)
        {
            a2 = TLanes.Load(sums + (2 * sumStride));
            if (two)
                b2 = TLanes.Load(sums + (2 * sumStride) + second);
            a3 = TLanes.Load(sums + (3 * sumStride));
            if (two)
                b3 = TLanes.Load(sums + (3 * sumStride) + second);
        }

        if (TShape.Slots >= 8)
        {
            a4 = TLanes.Load(sums + (4 * sumStride));
            if (two)
                b4 = TLanes.Load(sums + (4 * sumStride) + second);
            a5 = TLanes.Load(sums + (5 * sumStride));
            if (two)
                b5 = TLanes.Load(sums + (5 * sumStride) + second);
            a6 = TLanes.Load(sums + (6 * sumStride));
            if (two)
                b6 = TLanes.Load(sums + (6 * sumStride) + second);
            a7 = TLanes.Load(sums + (7 * sumStride));
            if (two)
                b7 = TLanes.Load(sums + (7 * sumStride) + second);
        }

        float* x1 = rows + rowStride, x2 = x1 + rowStride, x3 = x2 + rowStride;
        float* x4 = x3 + rowStride, x5 = x4 + rowStride, x6 = x5 + rowStride, x7 = x6 + rowStride;
        float* t1 = tiles + tileStride, t2 = t1 + tileStride, t3 = t2 + tileStride;
        nint offset = 0;
        for (nint k = 0; k < depth; k++, offset += TileWidth)
        {
            TVector x = TLanes.Broadcast(rows[k]);
            TVector w = TLanes.Load(tiles + offset);
            TVector v = two ? TLanes.Load(tiles + offset + second) : default;
            a0 = TLanes.MultiplyAdd(x, w, a0);
            if (two)
                b0 = TLanes.MultiplyAdd(x, v, b0);

            if (TShape.Slots >= 2)
            {
                x = TShape.SlotsAreRows ? TLanes.Broadcast(x1[k]) : x;
                w = TShape.SlotsAreRows ? w : TLanes.Load(t1 + offset);
                v = TShape.SlotsAreRows || !two ? v : TLanes.Load(t1 + offset + second);
                a1 = TLanes.MultiplyAdd(x, w, a1);
                if (two)
                    b1 = TLanes.MultiplyAdd(x, v, b1);
            }

            if (TShape.Slots >= 4)
            {
                x = TShape.SlotsAreRows ? TLanes.Broadcast(x2[k]) : x;
                w = TShape.SlotsAreRows ? w : TLanes.Load(t2 + offset);
                v = TShape.SlotsAreRows || !two ? v : TLanes.Load(t2 + offset + second);
                a2 = TLanes.MultiplyAdd(x, w, a2);
                if (two)
                    b2 = TLanes.MultiplyAdd(x, v, b2);
                x = TShape.SlotsAreRows ? TLanes.Broadcast(x3[k]) : x;
                w = TShape.SlotsAreRows ? w : TLanes.Load(t3 + offset);
                v = TShape.SlotsAreRows || !two ? v : TLanes.Load(t3 + offset + second);
                a3 = TLanes.MultiplyAdd(x, w, a3);
                if (two)
                    b3 = TLanes.MultiplyAdd(x, v, b3);
            }

            if (TShape.Slots >= 8)
            {
                x = TLanes.Broadcast(x4[k]);
                a4 = TLanes.MultiplyAdd(x, w, a4);
                if (two)
                    b4 = TLanes.MultiplyAdd(x, v, b4);
                x = TLanes.Broadcast(x5[k]);
                a5 = TLanes.MultiplyAdd(x, w, a5);
                if (two)
                    b5 = TLanes.MultiplyAdd(x, v, b5);
                x = TLanes.Broadcast(x6[k]);
                a6 = TLanes.MultiplyAdd(x, w, a6);
                if (two)
                    b6 = TLanes.MultiplyAdd(x, v, b6);
                x = TLanes.Broadcast(x7[k]);
                a7 = TLanes.MultiplyAdd(x, w, a7);
                if (two)
                    b7 = TLanes.MultiplyAdd(x, v, b7);
            }
        }

        TLanes.Store(a0, sums);
        if (two)
            TLanes.Store(b0, sums + second);
        if (TShape.Slots >= 2)
        {
            TLanes.Store(a1, sums + sumStride);
            if (two)
                TLanes.Store(b1, sums + sumStride + second);
        }

        if (TShape.Slots >= 4)
        {
            TLanes.Store(a2, sums + (2 * sumStride));
            if (two)
                TLanes.Store(b2, sums + (2 * sumStride) + second);
            TLanes.Store(a3, sums + (3 * sumStride));
            if (two)
                TLanes.Store(b3, sums + (3 * sumStride) + second);
        }

        if (TShape.Slots >= 8)
        {
            TLanes.Store(a4, sums + (4 * sumStride));
            if (two)
                TLanes.Store(b4, sums + (4 * sumStride) + second);
            TLanes.Store(a5, sums + (5 * sumStride));
            if (two)
                TLanes.Store(b5, sums + (5 * sumStride) + second);
            TLanes.Store(a6, sums + (6 * sumStride));
            if (two)
                TLanes.Store(b6, sums + (6 * sumStride) + second);
            TLanes.Store(a7, sums + (7 * sumStride));
            if (two)
                TLanes.Store(b7, sums + (7 * sumStride) + second);
        }
    }
}
