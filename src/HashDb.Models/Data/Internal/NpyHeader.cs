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
        var layout = new ArrayLayout(ParseType(source.Path, parser.Descr), parser.Shape, source.Offset);
        return layout with { IsColumnMajor = parser.IsFortranOrder && !layout.IsOneAxis };
    }

    private static ElementType ParseType(string path, string descr) =>
        TypeOf(descr) ?? throw new NotSupportedException($"{path} holds {NumpyTypeNames.Describe(descr)}.");

    private static ElementType? TypeOf(string descr)
    {
        if (descr.Length < 2
            || descr[1..] is not ("f2" or "f4" or "f8" or "i1" or "i2" or "i4" or "i8" or "u1" or "u2" or "u4" or "u8" or "b1"))
            return null;
        int width = descr[2] - '0';
        ElementKind kind = descr[1] switch
        {
            'f' => ElementKind.Float,
            'i' => ElementKind.Signed,
            'u' => ElementKind.Unsigned,
            _ => ElementKind.Boolean,
        };
        return (descr[0], width) switch
        {
            ('<' or '>' or '=' or '|', 1) => new ElementType(kind, width),
            ('<', _) => new ElementType(kind, width),
            ('>', _) => new ElementType(kind, width, IsBigEndian: true),
            ('=', _) => new ElementType(kind, width, IsBigEndian: !BitConverter.IsLittleEndian),
            _ => null,
        };
    }
}
