// The codes of a stretch of rows under one hash table, and its substring tables (multi-index hashing; Norouzi, Punjani and Fleet 2012). Of
// two codes within r bits at least one of m disjoint substrings differs by few bits; RadiusSplit says by how many.
//
// Rows that have died are in it, because a search that began earlier may still see them. Immutable.
using HashDb.Storage.Index;
using HashDb.Storage.Records;

namespace HashDb.Storage.Substrings;

internal sealed class CodeSegment
{
    private readonly RadiusSplit?[] _splits;

    public CodeSegment(
        PostingShape shape, CodeStore codes, int hashTable, uint firstRow, int count, SegmentShape cut, CancellationToken cancellationToken)
    {
        (HashTable, FirstRow) = (hashTable, firstRow);
        _splits = new RadiusSplit?[shape.BitCount + 1];
        Codes = new CodeColumn(shape, codes, hashTable, firstRow, count, cancellationToken);
        Tables = new SubstringTable[cut.Tables];
        for (int i = 0; i < Tables.Length; i++)
        {
            int offset = SegmentShape.Offset(shape.BitCount, cut.Tables, i);
            Tables[i] = new SubstringTable(Codes, offset, cut.Width, cancellationToken);
        }
    }

    public int HashTable { get; }

    public uint FirstRow { get; }

    public int Count => Codes.Count;

    public uint EndRow => FirstRow + (uint)Count;

    public CodeColumn Codes { get; }

    public SubstringTable[] Tables { get; }

    /// <summary>The cheapest way to find what lies within a radius, kept for the next query.</summary>
    public RadiusSplit Split(int radius)
    {
        RadiusSplit? split = Volatile.Read(ref _splits[radius]);
        if (split is null)
            Volatile.Write(ref _splits[radius], split = RadiusSplit.Of(this, radius, mayScan: true, mayLookUp: true));
        return split;
    }

    public long Bytes => Codes.Bytes + Tables.Sum(table => table.Bytes);
}
