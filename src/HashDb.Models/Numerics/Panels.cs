// Packing: copies a piece of a matrix into the order in which the tile kernel reads it, padded with zeros to whole panels.
using System.Runtime.CompilerServices;

namespace HashDb.Models.Numerics;

/// <summary>A matrix in memory: element (i, j) is at <c>Origin[i * RowStride + j * ColumnStride]</c>.</summary>
internal readonly unsafe struct MatrixView<T>(T* origin, long rowStride, long columnStride)
    where T : unmanaged
{
    public T* Origin { get; } = origin;

    public long RowStride { get; } = rowStride;

    public long ColumnStride { get; } = columnStride;

    public MatrixView<T> Transposed => new(Origin, ColumnStride, RowStride);

    public MatrixView<T> At(long row, long column) =>
        new(Origin + (row * RowStride) + (column * ColumnStride), RowStride, ColumnStride);
}

/// <summary>Packs rows of a view into panels of a fixed number of rows.</summary>
internal static unsafe class Panels
{
    /// <summary>
    /// Packs <c>rows * depth</c> elements into panels of <paramref name="panelRows"/> rows: panel after panel, within a panel
    /// the depth outside and the row inside.
    /// </summary>
    public static void Pack<T>(MatrixView<T> source, int rows, int depth, int panelRows, T* target)
        where T : unmanaged
    {
        for (int first = 0; first < rows; first += panelRows, target += (long)panelRows * depth)
        {
            int count = Math.Min(panelRows, rows - first);
            MatrixView<T> panel = source.At(first, 0);
            if (count < panelRows)
                Unsafe.InitBlockUnaligned(target, 0, checked((uint)((long)panelRows * depth * sizeof(T))));
            if (panel.RowStride == 1)
                CopyContiguous(panel, count, depth, panelRows, target);
            else
                CopyTransposing(panel, count, depth, panelRows, target);
        }
    }

    private static void CopyContiguous<T>(MatrixView<T> panel, int count, int depth, int panelRows, T* target)
        where T : unmanaged
    {
        T* from = panel.Origin;
        uint bytes = (uint)(count * sizeof(T));
        for (int p = 0; p < depth; p++, from += panel.ColumnStride, target += panelRows)
            Unsafe.CopyBlockUnaligned(target, from, bytes);
    }

    private static void CopyTransposing<T>(MatrixView<T> panel, int count, int depth, int panelRows, T* target)
        where T : unmanaged
    {
        // Short runs along the depth keep both the source rows and the target lines in the first-level cache.
        const int Run = 64;
        for (int p0 = 0; p0 < depth; p0 += Run)
        {
            int p1 = Math.Min(depth, p0 + Run);
            for (int i = 0; i < count; i++)
            {
                T* from = panel.Origin + (i * panel.RowStride) + (p0 * panel.ColumnStride);
                T* to = target + i + ((long)p0 * panelRows);
                for (int p = p0; p < p1; p++, from += panel.ColumnStride, to += panelRows)
                    *to = *from;
            }
        }
    }
}
