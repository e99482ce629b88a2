// The bin formats of the big-ann benchmarks: u32 rows, u32 dimensions, little-endian, then the numbers row by row. There is no
// magic: the extension tells the type, and the length of the file must agree with the two numbers. Stateless.
using System.Buffers.Binary;

namespace HashDb.Models.Data.Internal;

internal static class BinHeader
{
    public const int HeaderBytes = 8;

    /// <summary>The element type that an extension stands for, or null.</summary>
    public static ElementType? TypeOf(string extension) => extension.ToUpperInvariant() switch
    {
        ".FBIN" => new ElementType(ElementKind.Float, 4),
        ".U8BIN" => new ElementType(ElementKind.Unsigned, 1),
        ".I8BIN" => new ElementType(ElementKind.Signed, 1),
        ".IBIN" => new ElementType(ElementKind.Signed, 4),
        _ => null,
    };

    /// <summary>Reads the header from the first byte on; leaves the source at the first row.</summary>
    public static ArrayLayout Read(DataSource source, ElementType type)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        source.ReadExactly(header, "rows and dimensions");
        long rows = BinaryPrimitives.ReadUInt32LittleEndian(header);
        long dimensions = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        return new ArrayLayout(type, [rows, dimensions], source.Offset);
    }
}
