// Evaluates a filter over the stored bytes of a record, without making anything of them: one pass over the payload finds the values of
// the fields that the filter names, then the tree is walked. Immutable, safe for many threads.
using System.Text;
using HashDb.Fields;

namespace HashDb.Filters;

/// <summary>A filter made ready to be evaluated for many records.</summary>
public sealed class FilterMatcher
{
    private readonly byte[][] _names;
    private readonly Node _root;
    private readonly int _labels;
    private readonly int _key;

    /// <summary>Makes a filter ready.</summary>
    public FilterMatcher(Filter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        Filter = filter;
        var names = new List<string>();
        _root = Prepare(filter, names);
        _names = [.. names.Select(name => Encoding.UTF8.GetBytes(name))];
        _labels = names.IndexOf(FieldNames.Labels);
        _key = names.IndexOf(FieldNames.Key);
        Fields = names;
    }

    /// <summary>What it evaluates.</summary>
    public Filter Filter { get; }

    /// <summary>The fields that it looks at.</summary>
    public IReadOnlyList<string> Fields { get; }

    /// <summary>The filters that must all match; the filter itself when it is not made of such.</summary>
    public IReadOnlyList<Filter> Conjuncts => Filter is AllFilter all ? all.Parts : [Filter];

    /// <summary>True when it looks at more than labels.</summary>
    public bool NeedsPayload => Fields.Count > (_labels >= 0 ? 1 : 0);

    /// <summary>True when it looks at the labels.</summary>
    public bool NeedsLabels => _labels >= 0;

    /// <summary>Does a record match?</summary>
    /// <param name="payload">Its payload, or nothing.</param>
    /// <param name="labels">Its labels.</param>
    /// <param name="key">Its key, where it is not in the payload.</param>
    /// <exception cref="FormatException">The payload is damaged.</exception>
    public bool Matches(ReadOnlySpan<byte> payload, ReadOnlySpan<int> labels, RawField key)
    {
        // 4 KiB at most: a filter has no more fields than terms.
        Span<int> offsets = stackalloc int[_names.Length];
        offsets.Fill(-1);
        if (!payload.IsEmpty && NeedsPayload)
            Find(payload, offsets);
        return Matches(_root, new Row(payload, offsets, labels, key));
    }

    private void Find(ReadOnlySpan<byte> payload, Span<int> offsets)
    {
        ReadOnlySpan<byte> rest = payload;
        int missing = _names.Length;
        for (int entries = RawField.ReadMapHeader(ref rest); entries > 0 && missing > 0; entries--)
        {
            bool isNamed = RawField.TryReadName(ref rest, out ReadOnlySpan<byte> name);
            int at = payload.Length - rest.Length;
            if (isNamed)
            {
                for (int slot = 0; slot < _names.Length; slot++)
                {
                    // The first of two entries of one name counts, as for who reads the fields.
                    if (offsets[slot] < 0 && name.SequenceEqual(_names[slot]))
                    {
                        offsets[slot] = at;
                        missing--;
                        break;
                    }
                }
            }
            if (missing > 0)
                RawField.Skip(ref rest);
        }
    }

    private bool Matches(Node node, in Row row)
    {
        switch (node.Kind)
        {
            case NodeKind.Constant:
                return node.IsMatch;
            case NodeKind.Not:
                return !Matches(node.Parts[0], row);
            case NodeKind.All:
                foreach (Node part in node.Parts)
                {
                    if (!Matches(part, row))
                        return false;
                }
                return true;
            case NodeKind.Any:
                foreach (Node part in node.Parts)
                {
                    if (Matches(part, row))
                        return true;
                }
                return false;
            case NodeKind.Contains when node.Slot == _labels:
                return node.Values[0].Label is { } label && row.Labels.Contains(label);
            default:
                return MatchesField(node, row);
        }
    }

    private bool MatchesField(Node node, in Row row)
    {
        if (node.Slot == _labels)
            return node.Kind == NodeKind.Exists && !row.Labels.IsEmpty;
        RawField field;
        if (node.Slot == _key && row.Offsets[_key] < 0)
        {
            field = row.Key;
        }
        else
        {
            if (row.Offsets[node.Slot] < 0)
                return false;
            ReadOnlySpan<byte> rest = row.Payload[row.Offsets[node.Slot]..];
            field = RawField.Read(ref rest);
        }
        if (!field.IsField || field.Kind == FieldKind.Null)
            return false;
        switch (node.Kind)
        {
            case NodeKind.Exists:
                return true;
            case NodeKind.Prefix:
                return field.Kind == FieldKind.String && field.Bytes.StartsWith(node.Values[0].Bytes);
            case NodeKind.In:
                foreach (FilterConstant value in node.Values)
                {
                    if (value.CompareTo(field) == 0)
                        return true;
                }
                return false;
            case NodeKind.Contains:
                return field.Kind == FieldKind.List && ContainsItem(field, node.Values[0]);
            default:
                return node.Values[0].CompareTo(field) is { } order && node.Comparison switch
                {
                    FilterOperator.Equal => order == 0,
                    FilterOperator.Less => order < 0,
                    FilterOperator.LessOrEqual => order <= 0,
                    FilterOperator.Greater => order > 0,
                    _ => order >= 0,
                };
        }
    }

    private static bool ContainsItem(in RawField list, FilterConstant wanted)
    {
        ReadOnlySpan<byte> rest = list.Bytes;
        for (int i = 0; i < list.Count; i++)
        {
            if (wanted.CompareTo(RawField.Read(ref rest)) == 0)
                return true;
        }
        return false;
    }

    private static Node Prepare(Filter filter, List<string> names)
    {
        switch (filter)
        {
            case ComparisonFilter comparison:
                return new Node(NodeKind.Compare, Slot(comparison.Field), [new(comparison.Value)]) { Comparison = comparison.Operator };
            case InFilter choice:
                return new Node(NodeKind.In, Slot(choice.Field), [.. choice.Values.Select(value => new FilterConstant(value))]);
            case ContainsFilter contains:
                return new Node(NodeKind.Contains, Slot(contains.Field), [new(contains.Value)]);
            case PrefixFilter prefix:
                return new Node(NodeKind.Prefix, Slot(prefix.Field), [new(prefix.Prefix)]);
            case ExistsFilter exists:
                return new Node(NodeKind.Exists, Slot(exists.Field), []);
            case NotFilter not:
                return new Node(NodeKind.Not, -1, []) { Parts = [Prepare(not.Part, names)] };
            case AllFilter all:
                return new Node(NodeKind.All, -1, []) { Parts = [.. all.Parts.Select(part => Prepare(part, names))] };
            case AnyFilter any:
                return new Node(NodeKind.Any, -1, []) { Parts = [.. any.Parts.Select(part => Prepare(part, names))] };
            default:
                return new Node(NodeKind.Constant, -1, []) { IsMatch = ((ConstantFilter)filter).IsMatch };
        }

        int Slot(string name)
        {
            int slot = names.IndexOf(name);
            if (slot < 0)
                names.Add(name);
            return slot < 0 ? names.Count - 1 : slot;
        }
    }

    private enum NodeKind
    {
        Constant,
        Not,
        All,
        Any,
        Compare,
        In,
        Contains,
        Prefix,
        Exists,
    }

    private sealed record Node(NodeKind Kind, int Slot, FilterConstant[] Values)
    {
        public FilterOperator Comparison { get; init; }

        public Node[] Parts { get; init; } = [];

        public bool IsMatch { get; init; }
    }

    private readonly ref struct Row(ReadOnlySpan<byte> payload, ReadOnlySpan<int> offsets, ReadOnlySpan<int> labels, RawField key)
    {
        public ReadOnlySpan<byte> Payload { get; } = payload;

        public ReadOnlySpan<int> Offsets { get; } = offsets;

        public ReadOnlySpan<int> Labels { get; } = labels;

        public RawField Key { get; } = key;
    }
}
