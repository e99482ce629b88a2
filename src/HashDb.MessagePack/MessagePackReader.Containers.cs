// Arrays and maps, and skipping whole values. Skipping keeps its own stack of counts, so that a hostile document cannot
// exhaust the thread's.
using System.Buffers;

namespace HashDb.MessagePack;

public ref partial struct MessagePackReader
{
    /// <summary>Reads the number of elements of an array; they come next.</summary>
    /// <exception cref="MessagePackSerializationException">
    /// Not an array, more elements than bytes remain, or more than <see cref="MessagePackLimits.MaxElementCount"/>.
    /// </exception>
    public int ReadArrayHeader() => ReadContainerHeader(MessagePackType.Array);

    /// <summary>Reads the number of pairs of a map; keys and values come next, in turn.</summary>
    /// <exception cref="MessagePackSerializationException">
    /// Not a map, more keys and values than bytes remain, or more pairs than <see cref="MessagePackLimits.MaxElementCount"/>.
    /// </exception>
    public int ReadMapHeader() => ReadContainerHeader(MessagePackType.Map);

    /// <summary>
    /// Like <see cref="ReadArrayHeader"/> for input that may still be arriving: false and no move when the header is cut off,
    /// and the count is compared with the limit only.
    /// </summary>
    /// <exception cref="MessagePackSerializationException">
    /// Not an array, or more than <see cref="MessagePackLimits.MaxElementCount"/>.
    /// </exception>
    public bool TryReadArrayHeader(out int count) => TryReadContainerHeader(MessagePackType.Array, out count);

    /// <summary>
    /// Like <see cref="ReadMapHeader"/> for input that may still be arriving: false and no move when the header is cut off,
    /// and the count is compared with the limit only.
    /// </summary>
    /// <exception cref="MessagePackSerializationException">
    /// Not a map, or more than <see cref="MessagePackLimits.MaxElementCount"/>.
    /// </exception>
    public bool TryReadMapHeader(out int count) => TryReadContainerHeader(MessagePackType.Map, out count);

    /// <summary>Passes over the next value with all it contains. Lengths, counts, codes and depth are checked, texts are not.</summary>
    /// <exception cref="MessagePackSerializationException">Malformed, cut off, or beyond a limit.</exception>
    public void Skip() => SkipValue(MessagePackLimits.MaxDepth, checkText: false);

    /// <summary>Reads the next value with all it contains as bytes.</summary>
    /// <exception cref="MessagePackSerializationException">Malformed, cut off, or beyond a limit.</exception>
    public ReadOnlySequence<byte> ReadRaw()
    {
        SequencePosition start = _reader.Position;
        Skip();
        return _reader.Sequence.Slice(start, _reader.Position);
    }

    internal void SkipValue(int maxDepth, bool checkText)
    {
        MessagePackReader cursor = this;
        switch (cursor.TrySkip(maxDepth, checkText))
        {
            case SkipFault.None:
                this = cursor;
                return;
            case SkipFault.Truncated when MessagePackHead.TryPeek(cursor._reader, out MessagePackHead head):
                cursor.ThrowTruncated(head);
                return;
            case SkipFault.Truncated:
                cursor.ThrowTruncated();
                return;
            case SkipFault.Reserved:
                throw new MessagePackSerializationException($"The reserved code 0xC1 stands at offset {cursor._reader.Consumed}.");
            case SkipFault.TooDeep:
                cursor.ThrowTooDeep(maxDepth);
                return;
            case SkipFault.NotUtf8:
                cursor.ThrowNotUtf8();
                return;
            default:
                cursor.CheckCount(cursor.PeekHead(cursor.NextMessagePackType), mustRemain: true);
                return;
        }
    }

    /// <summary>Moves past the next value, or to the place of the fault.</summary>
    internal SkipFault TrySkip(int maxDepth, bool checkText)
    {
        int level = _depth;
        if (level > maxDepth)
            return SkipFault.TooDeep;
        // Values still to come in the array or map of each level; level 0 of the stack is the value asked for.
        Span<long> pending = stackalloc long[MessagePackLimits.MaxDepth + 1];
        int baseLevel = level;
        pending[level] = 1;
        while (true)
        {
            if (!MessagePackHead.TryPeek(_reader, out MessagePackHead head))
                return SkipFault.Truncated;
            if (head.Type == MessagePackType.Unknown)
                return SkipFault.Reserved;
            if (_reader.Remaining < head.ByteCount)
                return SkipFault.Truncated;
            // Every value takes at least a byte.
            if (head.IsContainer
                && (head.Length > MessagePackLimits.MaxElementCount || _reader.Remaining - head.HeaderBytes < head.ChildCount))
                return SkipFault.TooMany;
            if (head.IsContainer && level == maxDepth)
                return SkipFault.TooDeep;
            if (checkText && head.Type == MessagePackType.String && !HasValidText(head))
                return SkipFault.NotUtf8;
            _reader.Advance(head.ByteCount);
            pending[level]--;
            if (head.ChildCount > 0)
                pending[++level] = head.ChildCount;
            while (pending[level] == 0)
            {
                if (level == baseLevel)
                    return SkipFault.None;
                level--;
            }
        }
    }

    private readonly bool HasValidText(in MessagePackHead head)
    {
        ReadOnlySpan<byte> span = _reader.UnreadSpan;
        return span.Length >= head.ByteCount
            ? StrictUtf8.IsValid(span.Slice(head.HeaderBytes, (int)head.Length))
            : StrictUtf8.IsValid(Body(head));
    }

    private int ReadContainerHeader(MessagePackType type)
    {
        MessagePackHead head = PeekHead(type);
        CheckCount(head, mustRemain: true);
        _reader.Advance(head.HeaderBytes);
        return (int)head.Length;
    }

    private bool TryReadContainerHeader(MessagePackType type, out int count)
    {
        count = 0;
        if (!TryPeekHead(type, out MessagePackHead head))
            return false;
        CheckCount(head, mustRemain: false);
        _reader.Advance(head.HeaderBytes);
        count = (int)head.Length;
        return true;
    }

    private readonly bool TryPeekHead(MessagePackType expected, out MessagePackHead head)
    {
        head = default;
        if (_reader.End)
            return false;
        if (NextMessagePackType != expected)
            ThrowWrongType(expected);
        return MessagePackHead.TryPeek(_reader, out head);
    }

    private readonly void CheckCount(in MessagePackHead head, bool mustRemain)
    {
        if (head.Length > MessagePackLimits.MaxElementCount)
            throw new MessagePackSerializationException(
                $"{head.Type} of {head.Length} at offset {_reader.Consumed}; the limit is {MessagePackLimits.MaxElementCount}.");
        long remaining = _reader.Remaining - head.HeaderBytes;
        if (mustRemain && remaining < head.ChildCount)
            throw new MessagePackSerializationException(
                $"{head.Type} of {head.Length} at offset {_reader.Consumed} needs at least {head.ChildCount} more bytes, "
                + $"{remaining} remain.");
    }

    internal enum SkipFault
    {
        None,
        Truncated,
        Reserved,
        TooDeep,
        TooMany,
        NotUtf8,
    }
}
