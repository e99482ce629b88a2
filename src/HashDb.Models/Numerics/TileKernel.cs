// The innermost product: 6 rows by two vectors of columns, kept in 12 registers. Twelve chains hide the latency of two fused
// multiply-add units of four cycles each, and with two loads and six broadcasts they fit the 16 registers of AVX2, too.
//
// Invariant: each element of a tile is one ascending chain of fused multiply-adds over the depth. Its bits depend on nothing
// but its row, its column and the depth: not on the tile's place, the vector width or the thread.
using System.Runtime.CompilerServices;

namespace HashDb.Models.Numerics;

/// <summary>A register-blocked product of two packed panels.</summary>
internal static unsafe class TileKernel<TOps, TVector, T>
    where TOps : struct, ILanes<TVector, T>
    where TVector : unmanaged
    where T : unmanaged
{
    /// <summary>Rows of a tile.</summary>
    public const int Rows = 6;

    /// <summary>Columns of a tile.</summary>
    public static int Columns
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2 * TOps.Count;
    }

    /// <summary>Computes <c>tile = left * right</c>.</summary>
    /// <param name="left">Packed rows, <c>depth * Rows</c>: the row index runs fastest.</param>
    /// <param name="right">Packed columns, <c>depth * Columns</c>: the column index runs fastest.</param>
    /// <param name="depth">Length of the sums.</param>
    /// <param name="tile">Receives <c>Rows * Columns</c> elements, row-major.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(T* left, T* right, int depth, T* tile)
    {
        int width = TOps.Count;
        TVector c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default;
        TVector c30 = default, c31 = default, c40 = default, c41 = default, c50 = default, c51 = default;
        for (int p = 0; p < depth; p++)
        {
            TVector b0 = TOps.Load(right);
            TVector b1 = TOps.Load(right + width);
            TVector a = TOps.Broadcast(left[0]);
            c00 = TOps.MultiplyAdd(a, b0, c00);
            c01 = TOps.MultiplyAdd(a, b1, c01);
            a = TOps.Broadcast(left[1]);
            c10 = TOps.MultiplyAdd(a, b0, c10);
            c11 = TOps.MultiplyAdd(a, b1, c11);
            a = TOps.Broadcast(left[2]);
            c20 = TOps.MultiplyAdd(a, b0, c20);
            c21 = TOps.MultiplyAdd(a, b1, c21);
            a = TOps.Broadcast(left[3]);
            c30 = TOps.MultiplyAdd(a, b0, c30);
            c31 = TOps.MultiplyAdd(a, b1, c31);
            a = TOps.Broadcast(left[4]);
            c40 = TOps.MultiplyAdd(a, b0, c40);
            c41 = TOps.MultiplyAdd(a, b1, c41);
            a = TOps.Broadcast(left[5]);
            c50 = TOps.MultiplyAdd(a, b0, c50);
            c51 = TOps.MultiplyAdd(a, b1, c51);
            left += Rows;
            right += 2 * width;
        }

        TOps.Store(c00, tile);
        TOps.Store(c01, tile + width);
        TOps.Store(c10, tile + (2 * width));
        TOps.Store(c11, tile + (3 * width));
        TOps.Store(c20, tile + (4 * width));
        TOps.Store(c21, tile + (5 * width));
        TOps.Store(c30, tile + (6 * width));
        TOps.Store(c31, tile + (7 * width));
        TOps.Store(c40, tile + (8 * width));
        TOps.Store(c41, tile + (9 * width));
        TOps.Store(c50, tile + (10 * width));
        TOps.Store(c51, tile + (11 * width));
    }

    /// <summary>Adds <paramref name="factor"/> times a part of a tile to a row-major matrix.</summary>
    public static void AddTo(T* tile, int rows, int columns, T factor, T* target, long targetStride)
    {
        int width = TOps.Count;
        TVector factors = TOps.Broadcast(factor);
        if (columns == Columns)
        {
            for (int i = 0; i < rows; i++, tile += columns, target += targetStride)
            {
                TOps.Store(TOps.MultiplyAdd(factors, TOps.Load(tile), TOps.Load(target)), target);
                TOps.Store(TOps.MultiplyAdd(factors, TOps.Load(tile + width), TOps.Load(target + width)), target + width);
            }

            return;
        }

        // A ragged edge goes through a full-width copy, so that the same fused operation serves it.
        T* edge = stackalloc T[Columns];
        for (int i = 0; i < rows; i++, tile += Columns, target += targetStride)
        {
            Unsafe.CopyBlockUnaligned(edge, target, (uint)(columns * sizeof(T)));
            TOps.Store(TOps.MultiplyAdd(factors, TOps.Load(tile), TOps.Load(edge)), edge);
            TOps.Store(TOps.MultiplyAdd(factors, TOps.Load(tile + width), TOps.Load(edge + width)), edge + width);
            Unsafe.CopyBlockUnaligned(target, edge, (uint)(columns * sizeof(T)));
        }
    }
}
