// How a model's hash tables become posting tables. A code of up to 64 bits is the key of one posting table. A longer one is cut
// into substrings of 64 bits, a posting table for each (multi-index hashing): of two codes within r bits of each other, at
// least one of m substrings differs by at most floor(r / m) bits, so looking there and comparing the full codes misses nothing.
using System.Buffers.Binary;

namespace HashDb.Storage.Index;

internal readonly record struct PostingShape(int BitCount, int TableCount)
{
    public const int SubstringBits = 64;
    private const int SubstringBytes = SubstringBits / 8;

    /// <summary>Bytes of one hash table's code.</summary>
    public int CodeBytes => (BitCount + 7) / 8;

    /// <summary>Bytes of a row's codes, all tables together.</summary>
    public int RowBytes => CodeBytes * TableCount;

    /// <summary>Substrings of one code; 1 for codes of up to 64 bits.</summary>
    public int SubstringCount => (BitCount + SubstringBits - 1) / SubstringBits;

    public bool HasSubstrings => SubstringCount > 1;

    public int PostingTableCount => TableCount * SubstringCount;

    /// <summary>Bits of the keys of a posting table.</summary>
    public int KeyBits(int postingTable) => Math.Min(SubstringBits, BitCount - postingTable % SubstringCount * SubstringBits);

    /// <summary>How many bits a substring may differ by when the full code may differ by <paramref name="radius"/>.</summary>
    public int KeyRadius(int radius) => radius / SubstringCount;

    /// <summary>The key of a row in a posting table.</summary>
    public ulong Key(ReadOnlySpan<byte> rowCodes, int postingTable)
    {
        int table = postingTable / SubstringCount;
        int offset = postingTable % SubstringCount * SubstringBytes;
        ReadOnlySpan<byte> bytes = rowCodes.Slice(table * CodeBytes + offset, Math.Min(SubstringBytes, CodeBytes - offset));
        if (bytes.Length == SubstringBytes)
            return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        ulong key = 0;
        for (int i = bytes.Length - 1; i >= 0; i--)
            key = (key << 8) | bytes[i];
        return key;
    }

    /// <summary>The code of one hash table.</summary>
    public ReadOnlySpan<byte> Code(ReadOnlySpan<byte> rowCodes, int table) => rowCodes.Slice(table * CodeBytes, CodeBytes);
}
