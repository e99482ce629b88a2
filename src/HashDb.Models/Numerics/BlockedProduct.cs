// Cache-blocked matrix products over the tile kernel. All of them run on the calling thread: training is parallel over bits or
// over blocks of rows outside, and a product's result must not depend on how many threads there are.
//
// Sums: a product's depth is cut into blocks of DepthBlock, each block an ascending chain, blocks added in ascending order. The
// cut is a constant, so results do not depend on the machine either.
namespace HashDb.Models.Numerics;

/// <summary>Products of row-major matrices of one element type at one vector width.</summary>
internal static unsafe class BlockedProduct<TOps, TVector, T>
    where TOps : struct, ILanes<TVector, T>
    where TVector : unmanaged
    where T : unmanaged
{
    private const int Rows = TileKernel<TOps, TVector, T>.Rows;

    /// <summary>256: a left panel of 6 rows takes 6 KB and a right panel of 32 columns 32 KB in single precision.</summary>
    private const int DepthBlock = 256;

    /// <summary>96 rows: a packed block takes 96 KB and stays in the second-level cache.</summary>
    private const int RowBlock = 16 * Rows;

    /// <summary>1,024 columns: a packed block takes 1 MB in single precision.</summary>
    private const int ColumnBlock = 1_024;

    /// <summary>Adds <c>factor * left * right</c> to <paramref name="target"/> (row-major, <paramref name="targetStride"/>).</summary>
    public static void Add(
        MatrixView<T> left, MatrixView<T> right, int rows, int columns, int depth, T factor, T* target, long targetStride)
    {
        int tileColumns = TileKernel<TOps, TVector, T>.Columns;
        int depthBlock = Math.Min(depth, DepthBlock);
        using var leftPanels = new AlignedBuffer<T>((long)RoundUp(Math.Min(rows, RowBlock), Rows) * depthBlock);
        using var rightPanels = new AlignedBuffer<T>((long)RoundUp(Math.Min(columns, ColumnBlock), tileColumns) * depthBlock);
        T* tile = stackalloc T[Rows * tileColumns];
        for (int j0 = 0; j0 < columns; j0 += ColumnBlock)
        {
            int blockColumns = Math.Min(ColumnBlock, columns - j0);
            for (int p0 = 0; p0 < depth; p0 += DepthBlock)
            {
                int blockDepth = Math.Min(DepthBlock, depth - p0);
                Panels.Pack(right.At(p0, j0).Transposed, blockColumns, blockDepth, tileColumns, rightPanels.Pointer);
                for (int i0 = 0; i0 < rows; i0 += RowBlock)
                {
                    int blockRows = Math.Min(RowBlock, rows - i0);
                    Panels.Pack(left.At(i0, p0), blockRows, blockDepth, Rows, leftPanels.Pointer);
                    for (int j = 0; j < blockColumns; j += tileColumns)
                    {
                        T* rightPanel = rightPanels.Pointer + ((long)j * blockDepth);
                        int tileWidth = Math.Min(tileColumns, blockColumns - j);
                        for (int i = 0; i < blockRows; i += Rows)
                        {
                            TileKernel<TOps, TVector, T>.Multiply(
                                leftPanels.Pointer + ((long)i * blockDepth), rightPanel, blockDepth, tile);
                            T* corner = target + ((i0 + i) * targetStride) + j0 + j;
                            TileKernel<TOps, TVector, T>.AddTo(
                                tile, Math.Min(Rows, blockRows - i), tileWidth, factor, corner, targetStride);
                        }
                    }
                }
            }
        }
    }

    /// <summary>
    /// Computes <c>rows * lower'</c> tile by tile, skipping the zeros of the triangle, and hands each tile to
    /// <paramref name="sink"/>; every element is one chain over the whole depth.
    /// </summary>
    /// <param name="vectors">Row-major, <c>count * width</c>.</param>
    /// <param name="lower">Lower triangle, row-major, <c>width * width</c>; what is above the diagonal must be zero.</param>
    /// <param name="count">Number of vectors.</param>
    /// <param name="width">Length of a vector.</param>
    /// <param name="sink">Receives the first row, the first column, the tile (row-major) and its valid rows and columns.</param>
    public static void MultiplyLower<TSink>(T* vectors, T* lower, int count, int width, ref TSink sink)
        where TSink : struct, ITileSink<T>
    {
        int tileColumns = TileKernel<TOps, TVector, T>.Columns;
        using var triangle = new AlignedBuffer<T>((long)RoundUp(width, tileColumns) * width);
        T* panel = triangle.Pointer;
        for (int j = 0; j < width; j += tileColumns)
        {
            int depth = Math.Min(width, j + tileColumns);
            Panels.Pack(
                new MatrixView<T>(lower + ((long)j * width), width, 1), Math.Min(tileColumns, width - j), depth, tileColumns, panel);
            panel += (long)depth * tileColumns;
        }

        using var block = new AlignedBuffer<T>((long)RoundUp(Math.Min(count, RowBlock), Rows) * width);
        T* tile = stackalloc T[Rows * tileColumns];
        for (int i0 = 0; i0 < count; i0 += RowBlock)
        {
            int blockRows = Math.Min(RowBlock, count - i0);
            Panels.Pack(new MatrixView<T>(vectors + ((long)i0 * width), width, 1), blockRows, width, Rows, block.Pointer);
            panel = triangle.Pointer;
            for (int j = 0; j < width; j += tileColumns)
            {
                int depth = Math.Min(width, j + tileColumns);
                for (int i = 0; i < blockRows; i += Rows)
                {
                    TileKernel<TOps, TVector, T>.Multiply(block.Pointer + ((long)i * width), panel, depth, tile);
                    sink.Accept(i0 + i, j, tile, Math.Min(Rows, blockRows - i), Math.Min(tileColumns, width - j), tileColumns);
                }

                panel += (long)depth * tileColumns;
            }
        }
    }

    /// <summary>Adds <c>left' * right</c> over a block of rows to a padded square matrix, the lower triangle's tiles only.</summary>
    /// <param name="left">Row-major, <c>count * width</c>.</param>
    /// <param name="right">Row-major, <c>count * width</c>.</param>
    /// <param name="count">Number of rows, at most <see cref="DepthBlock"/>.</param>
    /// <param name="width">Columns of both.</param>
    /// <param name="panels">Scratch of <see cref="GramScratchLength"/> elements.</param>
    /// <param name="target">Row-major, <see cref="GramRows"/> rows of <paramref name="targetStride"/>.</param>
    /// <param name="targetStride">At least <see cref="GramColumns"/>.</param>
    public static void AddLowerGramBlock(T* left, T* right, int count, int width, T* panels, T* target, long targetStride)
    {
        int tileColumns = TileKernel<TOps, TVector, T>.Columns;
        T* leftPanels = panels;
        T* rightPanels = panels + ((long)GramRows(width) * count);
        Panels.Pack(new MatrixView<T>(left, 1, width), width, count, Rows, leftPanels);
        Panels.Pack(new MatrixView<T>(right, 1, width), width, count, tileColumns, rightPanels);
        T* tile = stackalloc T[Rows * tileColumns];
        T one = One();
        for (int j = 0; j < width; j += tileColumns)
        {
            for (int i = j / Rows * Rows; i < width; i += Rows)
            {
                TileKernel<TOps, TVector, T>.Multiply(leftPanels + ((long)i * count), rightPanels + ((long)j * count), count, tile);
                TileKernel<TOps, TVector, T>.AddTo(tile, Rows, tileColumns, one, target + (i * targetStride) + j, targetStride);
            }
        }
    }

    public static int GramBlockRows => DepthBlock;

    public static int GramRows(int width) => RoundUp(width, Rows);

    public static int GramColumns(int width) => RoundUp(width, TileKernel<TOps, TVector, T>.Columns);

    public static long GramScratchLength(int width) => (long)(GramRows(width) + GramColumns(width)) * DepthBlock;

    private static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;

    private static T One() => typeof(T) == typeof(float) ? (T)(object)1f : (T)(object)1d;
}

/// <summary>Takes the finished tiles of a product.</summary>
internal unsafe interface ITileSink<T>
    where T : unmanaged
{
    void Accept(int row, int column, T* tile, int rows, int columns, int tileStride);
}
