namespace HashDb.Models.Numerics;

/// <summary>Orthonormalisation of a few vectors.</summary>
internal static class Orthonormal
{
    /// <summary>Below this share of its former length a vector lies in the span of the others.</summary>
    private const double SmallestRest = 1e-10;

    /// <summary>
    /// Makes the rows of a matrix orthonormal (modified Gram-Schmidt, two passes). A row in the span of those before it becomes zero.
    /// </summary>
    /// <param name="matrix">Row-major, <c>rows * columns</c>.</param>
    /// <param name="rows">Number of vectors.</param>
    /// <param name="columns">Their length.</param>
    public static void Rows(Span<double> matrix, int rows, int columns)
    {
        for (int i = 0; i < rows; i++)
        {
            Span<double> row = matrix.Slice(i * columns, columns);
            double before = Length(row);
            for (int pass = 0; pass < 2; pass++)
            {
                for (int j = 0; j < i; j++)
                {
                    ReadOnlySpan<double> other = matrix.Slice(j * columns, columns);
                    double along = 0;
                    for (int c = 0; c < columns; c++)
                        along = Math.FusedMultiplyAdd(row[c], other[c], along);
                    for (int c = 0; c < columns; c++)
                        row[c] = Math.FusedMultiplyAdd(-along, other[c], row[c]);
                }
            }

            double length = Length(row);
            double factor = length > before * SmallestRest ? 1 / length : 0;
            foreach (ref double value in row)
                value *= factor;
        }
    }

    private static double Length(ReadOnlySpan<double> row)
    {
        double squares = 0;
        foreach (double value in row)
            squares = Math.FusedMultiplyAdd(value, value, squares);
        return Math.Sqrt(squares);
    }
}
