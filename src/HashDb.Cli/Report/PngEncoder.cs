// Just enough of PNG (ISO/IEC 15948) for small greyscale pictures: signature, IHDR, one IDAT, IEND.
using System.Buffers.Binary;
using System.IO.Compression;

namespace HashDb.Cli.Report;

internal static class PngEncoder
{
    /// <summary>4,096 pixels a side: pictures in a report are thumbnails.</summary>
    private const int MaxSide = 4_096;

    private static readonly uint[] CrcTable = CreateCrcTable();

    /// <summary>Encodes a greyscale picture.</summary>
    /// <param name="pixels">Row-major, <c>width * height</c> bytes, 0 black to 255 white.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    public static byte[] EncodeGreyscale(ReadOnlySpan<byte> pixels, int width, int height)
    {
        if (width is < 1 or > MaxSide || height is < 1 or > MaxSide || pixels.Length != width * height)
            throw new ArgumentException(
                $"A picture of {width} x {height} (at most {MaxSide} a side) cannot have {pixels.Length} pixels.", nameof(pixels));

        using var png = new MemoryStream();
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a]);

        // Width, height, 8 bits a sample, greyscale, deflate, adaptive filters, not interlaced.
        Span<byte> header = stackalloc byte[13];
        header.Clear();
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = 8;
        WriteChunk(png, "IHDR"u8, header);

        using var compressed = new MemoryStream();
        using (var deflate = new ZLibStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            for (int row = 0; row < height; row++)
            {
                deflate.WriteByte(0); // no filter
                deflate.Write(pixels.Slice(row * width, width));
            }
        }

        WriteChunk(png, "IDAT"u8, compressed.GetBuffer().AsSpan(0, (int)compressed.Length));
        WriteChunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    private static void WriteChunk(MemoryStream png, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(type);
        png.Write(data);
        uint crc = Crc(Crc(uint.MaxValue, type), data) ^ uint.MaxValue;
        BinaryPrimitives.WriteUInt32BigEndian(number, crc);
        png.Write(number);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
            crc = CrcTable[(byte)(crc ^ value)] ^ (crc >> 8);
        return crc;
    }

    private static uint[] CreateCrcTable()
    {
        const uint Polynomial = 0xEDB88320; // CRC-32, reflected
        uint[] table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++)
                value = (value & 1) != 0 ? (value >> 1) ^ Polynomial : value >> 1;
            table[i] = value;
        }

        return table;
    }
}
