// Reads labels. Stateless.
using HashDb.Models.Data.Internal;

namespace HashDb.Models.Data;

/// <summary>
/// Reads labels from the kinds of files that <see cref="FeatureFile"/> reads: an integer for each row, of any width and byte order, in
/// an array of which all but one axis have the length 1 (shape (n), (n, 1) or (1, n)), or a multi-hot matrix of rows * classes
/// (integers or bools, each 0 or 1).
/// </summary>
public static class LabelFile
{
    /// <summary>Reads the labels of a file, or of a range of its rows.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rows">The rows to read; all when left out.</param>
    /// <param name="rowCount">
    /// Rows that the labels are for, where known. It decides what an array of shape (1, n) is: the multi-hot labels of one row when
    /// it is 1, the classes of n rows otherwise.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A row of the range lies outside the file.</exception>
    /// <exception cref="CorruptDataException">
    /// The file is damaged, or holds a negative label, one above <see cref="DataLimits.MaxLabel"/>, or a multi-hot number other
    /// than 0 and 1.
    /// </exception>
    /// <exception cref="NotSupportedException">The file is sound but holds no labels of these forms.</exception>
    /// <exception cref="HashDbException">
    /// The labels do not fit into one array (code <see cref="HashDbErrorCode.LimitExceeded"/>).
    /// </exception>
    public static LabelSet Read(string path, RowRange? rows = null, long? rowCount = null)
    {
        using RowSource source = RowSource.Open(path, rows, alongOneAxis: rowCount != 1);
        if (source.Type.IsInteger && source.ElementsPerRow == 1)
            return ReadClasses(source);
        if (source.Type.IsInteger && source.Shape.Count == 2 && !source.IsVecs)
            return ReadMultiHot(source);
        throw new NotSupportedException(
            $"{path}: shape {source.ShapeText} of {source.Type} holds no labels; read are an integer for each row, or a matrix of rows * "
            + $"classes of 0 and 1. Save {(source.Type.IsInteger ? "one of them" : "array.astype(numpy.int64)")}.");
    }

    private static LabelSet ReadClasses(RowSource source)
    {
        GrowingArray<int> labels = GrowingArray<int>.For(source, 1);
        int highest = -1;
        while (source.Position < source.RowCount)
        {
            long first = source.Position;
            Span<byte> bytes = source.Read(int.MaxValue, out int count);
            Span<int> target = labels.Append(count);
            for (int i = 0; i < count; i++)
            {
                long label = ElementDecoder.ReadInteger(source.Type, bytes, i, out bool isNegative);
                if (isNegative || label is < 0 or > DataLimits.MaxLabel)
                    throw source.CorruptElement(
                        first + i, 0, $"{ElementDecoder.Describe(source.Type, bytes, i)}; labels are from 0 to {DataLimits.MaxLabel}");
                target[i] = (int)label;
                highest = Math.Max(highest, target[i]);
            }
        }

        return new LabelSet(labels.ToArray(), null, highest + 1);
    }

    private static LabelSet ReadMultiHot(RowSource source)
    {
        int classCount = source.ElementsPerRow;
        GrowingArray<int> ends = GrowingArray<int>.For(source, 1);
        List<int> labels = [];
        while (source.Position < source.RowCount)
        {
            long first = source.Position;
            Span<byte> bytes = source.Read(int.MaxValue, out int count);
            Span<int> target = ends.Append(count);
            for (int row = 0; row < count; row++)
            {
                int rowBytes = classCount * source.Type.WidthBytes;
                ReadOnlySpan<byte> columns = bytes.Slice(row * rowBytes, rowBytes);
                int nonZero = columns.IndexOfAnyExcept((byte)0);
                for (int column = nonZero / source.Type.WidthBytes; column < classCount && nonZero >= 0; column++)
                {
                    long value = ElementDecoder.ReadInteger(source.Type, columns, column, out _);
                    if (value is < 0 or > 1)
                        throw source.CorruptElement(
                            first + row,
                            column,
                            $"{ElementDecoder.Describe(source.Type, columns, column)}; a multi-hot matrix holds 0 and 1, and labels "
                            + "that are numbers stand in one column");
                    if (value == 1)
                        labels.Add(column);
                }

                if (labels.Count > Array.MaxLength - classCount)
                    throw new HashDbException(
                        HashDbErrorCode.LimitExceeded,
                        $"{source.Path}: more than {labels.Count} labels; one array holds {Array.MaxLength}. Read a range of rows.");
                target[row] = labels.Count;
            }
        }

        return new LabelSet([.. labels], [0, .. ends.ToArray()], classCount);
    }
}
