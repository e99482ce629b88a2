// Answers "is this bucket empty?" before the posting store is asked: a miss there costs some twenty times as much. Exact for
// codes of up to 24 bits (a bit for every possible code), a blocked Bloom filter beyond (one 64-bit word a code, so one cache
// miss): it may say "maybe" for an empty bucket, never "empty" for an occupied one.
//
// One writer; readers see a code's bits before they can see its rows.
using System.Numerics;
using HashDb.Models;

namespace HashDb.Storage.Index;

internal sealed class OccupancyFilter
{
    private const int MaxExactBits = 24;
    private const int BitsPerCode = 16;
    private const int BitsSet = 5;
    private const long MinCapacity = 4_096;

    private readonly ulong[] _words;
    private readonly bool _exact;
    private readonly int _shift;

    public OccupancyFilter(int bitCount, long capacity)
    {
        _exact = bitCount <= MaxExactBits;
        Capacity = _exact ? long.MaxValue : Math.Max(capacity, MinCapacity);
        long words = _exact
            ? Math.Max(1, (1L << bitCount) / 64)
            : (long)BitOperations.RoundUpToPowerOf2((ulong)(Capacity * BitsPerCode / 64));
        _words = new ulong[words];
        _shift = 64 - BitOperations.Log2((ulong)words);
    }

    /// <summary>Codes it is made for; beyond that it says "maybe" too often and should be made anew.</summary>
    public long Capacity { get; }

    public long Bytes => (long)_words.Length * sizeof(ulong);

    public void Add(ulong code)
    {
        (long word, ulong bits) = Place(code);
        Volatile.Write(ref _words[word], _words[word] | bits);
    }

    public bool MayContain(ulong code)
    {
        (long word, ulong bits) = Place(code);
        return (_words[word] & bits) == bits;
    }

    private (long Word, ulong Bits) Place(ulong code)
    {
        if (_exact)
            return ((long)(code >> 6), 1UL << (int)(code & 63));
        // Half of SplitMix64's mixing: this is asked for every code of a Hamming ball, and kept in memory only.
        ulong hash = code * SplitMix64.Golden;
        hash = (hash ^ (hash >> 29)) * 0xBF58476D1CE4E5B9;
        long word = _shift == 64 ? 0 : (long)(hash >> _shift);
        ulong bits = 0;
        for (int i = 0; i < BitsSet; i++)
            bits |= 1UL << (int)((hash >> (i * 6)) & 63);
        return (word, bits);
    }
}
