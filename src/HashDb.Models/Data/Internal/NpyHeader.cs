// The header of a numpy file (NEP 1): magic, version, length, and a Python dictionary with descr, fortran_order and shape.
// Stateless. The length is compared with a limit and with the file before memory is taken for it.
using System.Buffers.Binary;

namespace HashDb.Models.Data.Internal;

internal static class NpyHeader
{
    public static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Offset of the major version; the minor one follows.</summary>
    public const int VersionOffset = 6;

    /// <summary>Offset of the header's length: 2 bytes in version 1.0, else 4.</summary>
    public const int LengthOffset = 8;

    /// <summary>Reads the header from the first byte on; leaves the source at the first row.</summary>
    public static ArrayLayout Read(DataSource source)
    {
        Span<byte> prefix = stackalloc byte[LengthOffset];
        source.ReadExactly(prefix, "numpy magic and version");
        byte major = prefix[VersionOffset];
        byte minor = prefix[VersionOffset + 1];
        if (major is < 1 or > 3 || minor != 0)
            throw new NotSupportedException($"{source.Path}: numpy format version {major}.{minor}; versions 1.0, 2.0 and 3.0 are read.");
        Span<byte> lengthBytes = stackalloc byte[major == 1 ? 2 : 4];
        source.ReadExactly(lengthBytes, "numpy header length");
        uint length = major == 1
            ? BinaryPrimitives.ReadUInt16LittleEndian(lengthBytes)
            : BinaryPrimitives.ReadUInt32LittleEndian(lengthBytes);
        if (length > DataLimits.MaxNpyHeaderBytes)
            throw source.Corrupt(LengthOffset, $"the numpy header claims {length} bytes; the limit is {DataLimits.MaxNpyHeaderBytes}");
        if (source.Length is { } total && length > total - source.Offset)
            throw source.Corrupt(LengthOffset, $"the numpy header claims {length} bytes, {total - source.Offset} are left in the file");
        long start = source.Offset;
        byte[] header = new byte[length];
        source.ReadExactly(header, "numpy header");
        string text = (major == 3 ? System.Text.Encoding.UTF8 : System.Text.Encoding.Latin1).GetString(header);
        NpyHeaderParser parser = new(text, (at, detail) => source.Corrupt(start + at, $"numpy header: {detail}"));
        parser.Parse();
        if (parser.IsFortranOrder)
            throw new NotSupportedException(
                $"{source.Path}: the array is stored in Fortran order; only C order is read (numpy.ascontiguousarray).");
        return new ArrayLayout(ParseType(source.Path, parser.Descr), parser.Shape, source.Offset);
    }

    private static ElementType ParseType(string path, string descr)
    {
        // A structured type is kept as its source text and ends up in the message.
        ElementType? type = descr.Length < 2 ? null : descr[1..] switch
        {
            "f2" => new ElementType(ElementKind.Float, 2),
            "f4" => new ElementType(ElementKind.Float, 4),
            "f8" => new ElementType(ElementKind.Float, 8),
            "i1" => new ElementType(ElementKind.Signed, 1),
            "i2" => new ElementType(ElementKind.Signed, 2),
            "i4" => new ElementType(ElementKind.Signed, 4),
            "i8" => new ElementType(ElementKind.Signed, 8),
            "u1" => new ElementType(ElementKind.Unsigned, 1),
            "u2" => new ElementType(ElementKind.Unsigned, 2),
            "u4" => new ElementType(ElementKind.Unsigned, 4),
            "u8" => new ElementType(ElementKind.Unsigned, 8),
            "b1" => new ElementType(ElementKind.Boolean, 1),
            _ => null,
        };
        bool isOrderRead = descr.Length > 0 && (descr[0] == '<' || (type?.WidthBytes == 1 && descr[0] is '|' or '>' or '='));
        if (type is null || !isOrderRead)
            throw new NotSupportedException(
                $"{path}: numpy dtype '{descr}'{(type is not null && descr[0] == '>' ? " is big-endian" : "")}; read are the "
                + "little-endian f2, f4, f8, i1, i2, i4, i8, u1, u2, u4, u8 and b1.");
        return type.Value;
    }
}
