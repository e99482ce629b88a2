// What a part tells of a filter: for each row that it matches, that it does not, or nothing, where the filter looks at a field that has
// no index. One thread at a time.
using HashDb.Filters;

namespace HashDb.Storage.FieldIndexes;

internal sealed class PartMatches(Filter filter, FieldIndexSet set)
{
    public const int WordCount = IndexPart.Rows / 64;

    // Two bitmaps for each level of the filter.
    private readonly List<(ulong[] Matches, ulong[] Others)> _levels = [];

    // The values of each term as keys.
    private readonly Dictionary<Filter, byte[][]> _keys = new(ReferenceEqualityComparer.Instance);

    /// <summary>Evaluates the filter.</summary>
    /// <param name="part">A part of the indexes.</param>
    /// <param name="others">Rows of the part that do not match.</param>
    /// <returns>Rows of the part that match. Both are valid until the next call.</returns>
    public ReadOnlySpan<ulong> Of(IndexPart part, out ReadOnlySpan<ulong> others)
    {
        Evaluate(filter, part, 0);
        int words = (part.RowCount + 63) / 64;
        others = _levels[0].Others.AsSpan(0, words);
        return _levels[0].Matches.AsSpan(0, words);
    }

    private void Evaluate(Filter filter, IndexPart part, int level)
    {
        if (level == _levels.Count)
            _levels.Add((new ulong[WordCount], new ulong[WordCount]));
        int words = (part.RowCount + 63) / 64;
        Span<ulong> matches = _levels[level].Matches.AsSpan(0, words);
        Span<ulong> others = _levels[level].Others.AsSpan(0, words);
        switch (filter)
        {
            case ConstantFilter constant:
                Fill(constant.IsMatch ? matches : others, part.RowCount);
                (constant.IsMatch ? others : matches).Clear();
                break;
            case NotFilter not:
                Evaluate(not.Part, part, level + 1);
                _levels[level + 1].Others.AsSpan(0, words).CopyTo(matches);
                _levels[level + 1].Matches.AsSpan(0, words).CopyTo(others);
                break;
            case AllFilter all:
                Fill(matches, part.RowCount);
                others.Clear();
                foreach (Filter one in all.Parts)
                {
                    Evaluate(one, part, level + 1);
                    And(matches, _levels[level + 1].Matches);
                    Or(others, _levels[level + 1].Others);
                }
                break;
            case AnyFilter any:
                matches.Clear();
                Fill(others, part.RowCount);
                foreach (Filter one in any.Parts)
                {
                    Evaluate(one, part, level + 1);
                    Or(matches, _levels[level + 1].Matches);
                    And(others, _levels[level + 1].Others);
                }
                break;
            default:
                EvaluateTerm(filter, part, matches, others);
                break;
        }
    }

    private void EvaluateTerm(Filter term, IndexPart part, Span<ulong> matches, Span<ulong> others)
    {
        matches.Clear();
        others.Clear();
        int number = set.NumberOf(IndexedTerms.FieldOf(term)!);
        if (number < 0)
            return;
        FieldPart field = part.Fields[number];
        if (!_keys.TryGetValue(term, out byte[][]? keys))
            _keys.Add(term, keys = KeysOf(term));
        switch (term)
        {
            case ComparisonFilter comparison:
                MarkComparison(field, comparison.Operator, keys[0], matches);
                break;
            case InFilter or ContainsFilter:
                foreach (byte[] key in keys)
                    MarkEqual(field, key, matches);
                break;
            case PrefixFilter:
                field.Mark(field.Find(keys[0]), field.FindBehind(keys[0], isPrefix: true), matches);
                break;
            default:
                field.Present.CopyTo(matches);
                break;
        }
        Fill(others, part.RowCount);
        for (int i = 0; i < others.Length; i++)
        {
            ulong unknown = field.Unknown?[i] ?? 0;
            matches[i] &= ~unknown;
            others[i] &= ~(matches[i] | unknown);
        }
    }

    private static void MarkEqual(FieldPart field, byte[] key, Span<ulong> matches) =>
        field.Mark(field.Find(key), field.FindBehind(key, isPrefix: false), matches);

    private static byte[][] KeysOf(Filter term) => term switch
    {
        ComparisonFilter comparison => [FieldKey.Of(comparison.Value, isItem: false)],
        InFilter choice => [.. choice.Values.Select(value => FieldKey.Of(value, isItem: false))],
        ContainsFilter contains => [FieldKey.Of(contains.Value, isItem: true)],
        PrefixFilter prefix => [FieldKey.Of(prefix.Prefix, isItem: false)],
        _ => [],
    };

    private static void MarkComparison(FieldPart field, FilterOperator comparison, byte[] key, Span<ulong> matches)
    {
        // Values of the same kind alone compare: they begin with the same byte.
        byte[] kind = [key[0]];
        int first = field.Find(kind);
        int end = field.FindBehind(kind, isPrefix: true);
        switch (comparison)
        {
            case FilterOperator.Equal:
                MarkEqual(field, key, matches);
                break;
            case FilterOperator.Less:
                field.Mark(first, field.Find(key), matches);
                break;
            case FilterOperator.LessOrEqual:
                field.Mark(first, field.FindBehind(key, isPrefix: false), matches);
                break;
            case FilterOperator.Greater:
                field.Mark(field.FindBehind(key, isPrefix: false), end, matches);
                break;
            default:
                field.Mark(field.Find(key), end, matches);
                break;
        }
    }

    private static void Fill(Span<ulong> bits, int rowCount)
    {
        bits.Fill(ulong.MaxValue);
        if ((rowCount & 63) != 0)
            bits[^1] = (1UL << (rowCount & 63)) - 1;
    }

    private static void And(Span<ulong> bits, ReadOnlySpan<ulong> with)
    {
        for (int i = 0; i < bits.Length; i++)
            bits[i] &= with[i];
    }

    private static void Or(Span<ulong> bits, ReadOnlySpan<ulong> with)
    {
        for (int i = 0; i < bits.Length; i++)
            bits[i] |= with[i];
    }
}
