// The checksum of gzip (RFC 1952, section 8; polynomial 0xEDB88320 reflected), eight bytes at a time. Stateless.
using System.Buffers.Binary;

namespace HashDb.Models.Data.Internal;

internal static class GzipCrc32
{
    private const uint Polynomial = 0xEDB88320;
    private const int SliceCount = 8;
    private static readonly uint[] Table = MakeTable();

    /// <summary>Continues a checksum; that of no bytes is 0.</summary>
    public static uint Append(uint checksum, ReadOnlySpan<byte> bytes)
    {
        uint[] table = Table;
        uint crc = ~checksum;
        while (bytes.Length >= SliceCount)
        {
            uint low = crc ^ BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            uint high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = table[0x700 + (low & 0xff)] ^ table[0x600 + ((low >> 8) & 0xff)]
                ^ table[0x500 + ((low >> 16) & 0xff)] ^ table[0x400 + (low >> 24)]
                ^ table[0x300 + (high & 0xff)] ^ table[0x200 + ((high >> 8) & 0xff)]
                ^ table[0x100 + ((high >> 16) & 0xff)] ^ table[high >> 24];
            bytes = bytes[SliceCount..];
        }

        foreach (byte b in bytes)
            crc = (crc >> 8) ^ table[(crc ^ b) & 0xff];
        return ~crc;
    }

    private static uint[] MakeTable()
    {
        uint[] table = new uint[SliceCount * 256];
        for (uint i = 0; i < 256; i++)
        {
            uint crc = i;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ Polynomial : crc >> 1;
            table[i] = crc;
        }

        for (int i = 256; i < table.Length; i++)
            table[i] = (table[i - 256] >> 8) ^ table[table[i - 256] & 0xff];
        return table;
    }
}
