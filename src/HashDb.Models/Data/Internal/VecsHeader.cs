// The vecs formats of the TEXMEX data sets: every row is a little-endian int32 with its length, then its numbers. There is
// no magic and no row count: the extension tells the type, the size of the file the rows. Stateless.
using System.Buffers.Binary;

namespace HashDb.Models.Data.Internal;

internal static class VecsHeader
{
    public const int RowHeaderBytes = 4;

    /// <summary>The element type that an extension stands for, or null.</summary>
    public static ElementType? TypeOf(string extension) => extension.ToUpperInvariant() switch
    {
        ".FVECS" => new ElementType(ElementKind.Float, 4),
        ".BVECS" => new ElementType(ElementKind.Unsigned, 1),
        ".IVECS" => new ElementType(ElementKind.Signed, 4),
        _ => null,
    };

    /// <summary>Reads the first row's length and works out the rows; leaves the source at the first row.</summary>
    public static ArrayLayout Read(DataSource source, ElementType type)
    {
        Span<byte> header = stackalloc byte[RowHeaderBytes];
        source.ReadExactly(header, "the first row's length");
        int dimensions = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (dimensions is < 1 or > ModelLimits.MaxDimensions)
            throw source.Corrupt(0, $"the first row claims {dimensions} dimensions; 1 to {ModelLimits.MaxDimensions} are possible");
        long stride = RowHeaderBytes + ((long)dimensions * type.WidthBytes);
        long length = source.Length ?? RowHeaderBytes + source.Skip(long.MaxValue);
        source.Restart();
        if (length % stride != 0)
            throw source.Corrupt(
                length - (length % stride),
                $"the data is cut off or its rows differ: rows of {dimensions} dimensions take {stride} bytes, the last has "
                + $"{length % stride}");
        return new ArrayLayout(type, [length / stride, dimensions], 0, RowHeaderBytes);
    }

    /// <summary>Takes the length out of each row, so that the numbers lie side by side, and compares it.</summary>
    /// <returns>The first row of another length and that length, or -1.</returns>
    public static (int Row, int Dimensions) Strip(Span<byte> rows, int rowCount, int rowBytes, int dimensions)
    {
        for (int row = 0; row < rowCount; row++)
        {
            Span<byte> source = rows.Slice(row * (RowHeaderBytes + rowBytes), RowHeaderBytes + rowBytes);
            int found = BinaryPrimitives.ReadInt32LittleEndian(source);
            if (found != dimensions)
                return (row, found);
            source[RowHeaderBytes..].CopyTo(rows.Slice(row * rowBytes, rowBytes));
        }

        return (-1, 0);
    }
}
