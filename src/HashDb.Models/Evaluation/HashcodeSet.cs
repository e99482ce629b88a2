// Hashcodes of many rows, kept as 64-bit words so that a distance is a few XORs and popcounts. Immutable, thread-safe.
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using HashDb.Models.Data;

namespace HashDb.Models.Evaluation;

/// <summary>The hashcodes of a set of rows under one model, for evaluation.</summary>
public sealed class HashcodeSet
{
    private const int EncodeRows = 4_096;

    private readonly ulong[] _words;
    private readonly int _wordsPerCode;
    private readonly int _wordsPerRow;

    private HashcodeSet(int count, int bitCount, int tableCount)
    {
        Count = count;
        BitCount = bitCount;
        TableCount = tableCount;
        _wordsPerCode = (bitCount + 63) >> 6;
        _wordsPerRow = tableCount * _wordsPerCode;
        _words = new ulong[checked(count * _wordsPerRow)];
    }

    /// <summary>Number of rows.</summary>
    public int Count { get; }

    /// <summary>Bits of one hashcode.</summary>
    public int BitCount { get; }

    /// <summary>Hashcodes of a row.</summary>
    public int TableCount { get; }

    /// <summary>Number of different hashcodes; with several tables, of different combinations.</summary>
    public int CountDistinct()
    {
        HashSet<UInt128> seen = [];
        HashSet<string> longer = [];
        for (int row = 0; row < Count; row++)
        {
            ReadOnlySpan<ulong> words = Row(row);
            if (words.Length <= 2)
                seen.Add(new UInt128(words.Length == 2 ? words[1] : 0, words[0]));
            else
                longer.Add(Convert.ToHexString(MemoryMarshal.AsBytes(words)));
        }

        return seen.Count + longer.Count;
    }

    /// <summary>Encodes every row of a matrix.</summary>
    /// <exception cref="ArgumentException">The dimensions differ, or a row cannot be encoded.</exception>
    public static HashcodeSet Encode(IHashModel model, FeatureMatrix vectors)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        int[] all = new int[vectors.Count];
        for (int row = 0; row < all.Length; row++)
            all[row] = row;
        return Encode(model, vectors, all);
    }

    /// <summary>Encodes some rows of a matrix.</summary>
    /// <param name="model">The model.</param>
    /// <param name="vectors">Raw vectors.</param>
    /// <param name="rows">Which of them, in the order wanted.</param>
    /// <exception cref="ArgumentException">The dimensions differ, or a row cannot be encoded.</exception>
    public static HashcodeSet Encode(IHashModel model, FeatureMatrix vectors, ReadOnlySpan<int> rows)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(vectors);
        if (vectors.Dimensions != model.Dimensions)
            throw new ArgumentException(
                $"The model is for {model.Dimensions} dimensions, the vectors have {vectors.Dimensions}.", nameof(vectors));

        HashcodeSet set = new(rows.Length, model.BitCount, model.TableCount);
        int rowBytes = model.GetHashcodeByteCount();
        float[] chunk = new float[Math.Min(EncodeRows, rows.Length) * vectors.Dimensions];
        byte[] codes = new byte[Math.Min(EncodeRows, rows.Length) * rowBytes];
        for (int first = 0; first < rows.Length; first += EncodeRows)
        {
            ReadOnlySpan<int> part = rows.Slice(first, Math.Min(EncodeRows, rows.Length - first));
            vectors.Gather(part, chunk);
            model.Encode(chunk.AsSpan(0, part.Length * vectors.Dimensions), part.Length, codes.AsSpan(0, part.Length * rowBytes));
            for (int i = 0; i < part.Length; i++)
                set.Store(first + i, codes.AsSpan(i * rowBytes, rowBytes));
        }

        return set;
    }

    /// <summary>
    /// Hamming distances from one row of a set to a stretch of the rows of another; with several tables, the smallest over
    /// the tables, because an item is found when any table finds it.
    /// </summary>
    /// <param name="queries">A set of the same model.</param>
    /// <param name="query">Row of <paramref name="queries"/>.</param>
    /// <param name="first">First row of this set.</param>
    /// <param name="distances">Receives one distance for each row from <paramref name="first"/> on.</param>
    public void Distances(HashcodeSet queries, int query, int first, Span<ushort> distances)
    {
        ArgumentNullException.ThrowIfNull(queries);
        if (queries.BitCount != BitCount || queries.TableCount != TableCount)
            throw new ArgumentException("The two sets are of different models.", nameof(queries));
        ReadOnlySpan<ulong> from = queries.Row(query);
        ReadOnlySpan<ulong> words = _words.AsSpan(first * _wordsPerRow, distances.Length * _wordsPerRow);
        if (_wordsPerRow == 1)
        {
            ulong code = from[0];
            for (int i = 0; i < distances.Length; i++)
                distances[i] = (ushort)BitOperations.PopCount(code ^ words[i]);
            return;
        }

        for (int i = 0; i < distances.Length; i++)
        {
            int smallest = int.MaxValue;
            for (int table = 0; table < TableCount; table++)
            {
                int sum = 0;
                for (int word = 0; word < _wordsPerCode; word++)
                {
                    int at = (table * _wordsPerCode) + word;
                    sum += BitOperations.PopCount(from[at] ^ words[(i * _wordsPerRow) + at]);
                }

                smallest = Math.Min(smallest, sum);
            }

            distances[i] = (ushort)smallest;
        }
    }

    private ReadOnlySpan<ulong> Row(int row) => _words.AsSpan(row * _wordsPerRow, _wordsPerRow);

    private void Store(int row, ReadOnlySpan<byte> packed)
    {
        int codeBytes = packed.Length / TableCount;
        Span<byte> padded = stackalloc byte[Hashcode.MaxBitCount / 8];
        for (int table = 0; table < TableCount; table++)
        {
            padded.Clear();
            packed.Slice(table * codeBytes, codeBytes).CopyTo(padded);
            for (int word = 0; word < _wordsPerCode; word++)
                _words[(row * _wordsPerRow) + (table * _wordsPerCode) + word] =
                    BinaryPrimitives.ReadUInt64LittleEndian(padded[(8 * word)..]);
        }
    }
}
