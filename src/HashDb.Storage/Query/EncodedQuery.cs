// A query after encoding: its hashcodes, and how sure the model was of each bit. Margins are scaled to whole numbers, so that
// their sums do not depend on the order in which they are taken: every strategy ranks buckets alike. Used again and
// again, for one query at a time.
using HashDb.Models;
using HashDb.Storage.Index;

namespace HashDb.Storage.Query;

internal sealed class EncodedQuery
{
    private const float PenaltyScale = 65_535f;

    private byte[] _codes = [];
    private float[] _margins = [];
    private uint[] _penalties = [];

    public PostingShape Shape { get; private set; }

    /// <summary>Hashcodes of all tables, packed.</summary>
    public ReadOnlySpan<byte> Codes => _codes;

    /// <summary>Encodes a query, in place of the one before.</summary>
    public EncodedQuery Encode(IHashModel model, PostingShape shape, ReadOnlySpan<float> vector)
    {
        Fit(shape);
        model.EncodeWithMargins(vector, _codes, _margins);
        for (int first = 0; first < _margins.Length; first += shape.BitCount)
            Scale(_margins.AsSpan(first, shape.BitCount), _penalties.AsSpan(first, shape.BitCount));
        return this;
    }

    /// <summary>Takes hashcodes that were given, in place of the query before; it is not known how sure their bits are.</summary>
    public EncodedQuery Take(PostingShape shape, ReadOnlySpan<byte> codes)
    {
        Fit(shape);
        codes.CopyTo(_codes);
        _penalties.AsSpan().Clear();
        return this;
    }

    public ulong Key(int postingTable) => Shape.Key(_codes, postingTable);

    /// <summary>Summed margin of the bits by which a key of a posting table differs from the query's: small is likely.</summary>
    public uint Penalty(int postingTable, ulong key)
    {
        int table = postingTable / Shape.SubstringCount;
        int firstBit = table * Shape.BitCount + postingTable % Shape.SubstringCount * PostingShape.SubstringBits;
        uint sum = 0;
        for (ulong differing = key ^ Key(postingTable); differing != 0; differing &= differing - 1)
            sum += _penalties[firstBit + System.Numerics.BitOperations.TrailingZeroCount(differing)];
        return sum;
    }

    /// <summary>The smallest (distance, penalty) of a row's codes over the tables, packed as distance * 2^32 + penalty.</summary>
    public ulong Rank(ReadOnlySpan<byte> rowCodes)
    {
        ulong best = ulong.MaxValue;
        for (int table = 0; table < Shape.TableCount; table++)
        {
            uint distance = (uint)HashcodeMath.HammingDistance(Shape.Code(rowCodes, table), Shape.Code(_codes, table));
            if (distance > best >> 32)
                continue;
            uint penalty = 0;
            for (int substring = 0; substring < Shape.SubstringCount; substring++)
            {
                int postingTable = table * Shape.SubstringCount + substring;
                penalty += Penalty(postingTable, Shape.Key(rowCodes, postingTable));
            }
            best = Math.Min(best, ((ulong)distance << 32) | penalty);
        }
        return best;
    }

    /// <summary>The smallest Hamming distance of a row's codes over the tables.</summary>
    public int Distance(ReadOnlySpan<byte> rowCodes)
    {
        int best = int.MaxValue;
        for (int table = 0; table < Shape.TableCount; table++)
            best = Math.Min(best, HashcodeMath.HammingDistance(Shape.Code(rowCodes, table), Shape.Code(_codes, table)));
        return best;
    }

    private void Fit(PostingShape shape)
    {
        if (shape == Shape)
            return;
        int margins = shape.TableCount * shape.BitCount;
        (Shape, _codes, _margins, _penalties) = (shape, new byte[shape.RowBytes], new float[margins], new uint[margins]);
    }

    private static void Scale(ReadOnlySpan<float> margins, Span<uint> penalties)
    {
        float largest = 0;
        foreach (float margin in margins)
            largest = Math.Max(largest, Math.Abs(margin));
        float scale = largest > 0 && float.IsFinite(largest) ? PenaltyScale / largest : 0;
        for (int i = 0; i < margins.Length; i++)
            penalties[i] = (uint)Math.Clamp(Math.Abs(margins[i]) * scale, 0, PenaltyScale);
    }
}
