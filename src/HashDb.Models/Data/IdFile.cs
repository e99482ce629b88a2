// Reads record ids. Stateless.
using HashDb.Models.Data.Internal;

namespace HashDb.Models.Data;

/// <summary>
/// Reads ids from the kinds of files that <see cref="FeatureFile"/> reads: an integer for each row, in a numpy or IDX file of one
/// axis or an <c>.ivecs</c> file of one dimension.
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
        using RowSource source = RowSource.Open(path, rows);
        bool isColumn = source.Shape.Count == 1 || (source.IsVecs && source.ElementsPerRow == 1);
        if (!isColumn || source.Type.Kind is not (ElementKind.Signed or ElementKind.Unsigned))
            throw new NotSupportedException(
                $"{path}: shape {source.ShapeText} of {source.Type} holds no ids; read is an integer for each row.");
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
