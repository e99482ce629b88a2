// Reads record ids. Stateless.
using HashDb.Models.Data.Internal;

namespace HashDb.Models.Data;

/// <summary>
/// Reads ids from the kinds of files that <see cref="FeatureFile"/> reads: an integer for each row, of any width and byte order. All
/// but one axis have the length 1: the shapes (n), (n, 1) and (1, n) are n ids.
/// </summary>
public static class IdFile
{
    /// <summary>Reads the ids of a file, or of a range of its rows.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rows">The rows to read; all when left out.</param>
    /// <returns>One id for each row, in the file's order; an id may occur twice.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A row of the range lies outside the file.</exception>
    /// <exception cref="CorruptDataException">The file is damaged or holds a negative number.</exception>
    /// <exception cref="NotSupportedException">The file is sound but does not hold an integer for each row.</exception>
    /// <exception cref="HashDbException">The ids do not fit into one array (code <see cref="HashDbErrorCode.LimitExceeded"/>).</exception>
    public static ulong[] Read(string path, RowRange? rows = null)
    {
        using RowSource source = RowSource.Open(path, rows, alongOneAxis: true);
        if (source.ElementsPerRow > 1)
            throw new NotSupportedException(
                $"{path}: shape {source.ShapeText} of {source.Type} holds no ids; read is an integer for each row. Save the ids alone, "
                + "such as array[:, 0].");
        if (source.Type.Kind is not (ElementKind.Signed or ElementKind.Unsigned))
            throw new NotSupportedException(
                $"{path}: shape {source.ShapeText} of {source.Type} holds no ids; read is an integer for each row. Save "
                + "array.astype(numpy.uint64).");
        GrowingArray<ulong> ids = GrowingArray<ulong>.For(source, 1);
        while (source.Position < source.RowCount)
        {
            long first = source.Position;
            Span<byte> bytes = source.Read(int.MaxValue, out int count);
            Span<ulong> target = ids.Append(count);
            for (int i = 0; i < count; i++)
            {
                long id = ElementDecoder.ReadInteger(source.Type, bytes, i, out bool isNegative);
                if (isNegative)
                    throw source.CorruptElement(first + i, 0, $"{id}; ids are not negative");
                target[i] = (ulong)id;
            }
        }

        return ids.ToArray();
    }
}
