using System.Buffers.Binary;
using System.Globalization;

namespace HashDb.Models.Tests.Data.Support;

/// <summary>Data files put together byte by byte, from the formats' own descriptions.</summary>
internal static class DataBytes
{
    /// <summary>A numpy file with a sound header.</summary>
    public static byte[] Npy(string descr, string shape, byte[] data, int major = 1) =>
        NpyWithHeader($"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}", data, major);

    public static byte[] NpyWithHeader(string header, byte[] data, int major = 1)
    {
        byte[] text = System.Text.Encoding.Latin1.GetBytes(header + "\n");
        byte[] length = new byte[major == 1 ? 2 : 4];
        if (major == 1)
            BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)text.Length);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)text.Length);
        return [0x93, .. "NUMPY"u8, (byte)major, 0, .. length, .. text, .. data];
    }

    public static byte[] Idx(byte type, uint[] axes, byte[] data)
    {
        byte[] header = new byte[4 + (4 * axes.Length)];
        header[2] = type;
        header[3] = (byte)axes.Length;
        for (int i = 0; i < axes.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4 + (4 * i)), axes[i]);
        return [.. header, .. data];
    }

    /// <summary>Rows of a vecs file, each with its own length.</summary>
    public static byte[] Vecs(params byte[][] rowsWithHeader) => [.. rowsWithHeader.SelectMany(row => row)];

    public static byte[] VecsRow(int dimensions, byte[] data)
    {
        byte[] header = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(header, dimensions);
        return [.. header, .. data];
    }

    /// <summary>Numbers as the bytes of a numpy or IDX element type, for example "f4"; little-endian unless told.</summary>
    public static byte[] Elements(string type, IEnumerable<double> values, bool bigEndian = false)
    {
        int width = int.Parse(type.AsSpan(1), CultureInfo.InvariantCulture);
        List<byte> bytes = [];
        Span<byte> element = stackalloc byte[8];
        foreach (double value in values)
        {
            switch (type)
            {
                case "f2":
                    BinaryPrimitives.WriteHalfLittleEndian(element, (Half)value);
                    break;
                case "f4":
                    BinaryPrimitives.WriteSingleLittleEndian(element, (float)value);
                    break;
                case "f8":
                    BinaryPrimitives.WriteDoubleLittleEndian(element, value);
                    break;
                case "u8":
                    BinaryPrimitives.WriteUInt64LittleEndian(element, (ulong)value);
                    break;
                default:
                    BinaryPrimitives.WriteInt64LittleEndian(element, (long)value);
                    break;
            }

            if (bigEndian)
                element[..width].Reverse();
            bytes.AddRange(element[..width]);
        }

        return [.. bytes];
    }
}
