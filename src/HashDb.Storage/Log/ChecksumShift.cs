// What a number of further zero bytes does to the state of a CRC-32C. The state is linear in what it began with: the state after some
// bytes, begun with s, is that of the same bytes begun with 0, and this of s, added without carry. So one pass over a vector serves two
// checksums, its own, which begins with its id, and that of the log frame in which it lies.
using System.Collections.Concurrent;
using HashDb.Serialization;

namespace HashDb.Storage.Log;

internal sealed class ChecksumShift
{
    private static readonly ConcurrentDictionary<int, ChecksumShift> Known = new();

    private readonly uint[] _byByte = new uint[4 * 256];

    private ChecksumShift(int zeros)
    {
        byte[] bytes = new byte[zeros];
        for (int bit = 0; bit < 32; bit++)
        {
            uint moved = Checksum.Append(1u << bit, bytes);
            for (int value = 0; value < 256; value++)
            {
                if ((value >> (bit % 8) & 1) != 0)
                    _byByte[((bit / 8) * 256) + value] ^= moved;
            }
        }
    }

    /// <summary>For a number of bytes; kept, because a collection asks for one number only.</summary>
    public static ChecksumShift Of(int bytes) => Known.GetOrAdd(bytes, static count => new ChecksumShift(count));

    /// <summary>The state after the zeros.</summary>
    public uint Apply(uint state) =>
        _byByte[state & 255] ^ _byByte[256 + (state >> 8 & 255)] ^ _byByte[512 + (state >> 16 & 255)] ^ _byByte[768 + (state >> 24)];
}
