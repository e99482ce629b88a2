// Reads values from a sequence of bytes without copying it. Not thread-safe; pass it by ref.
//
// Invariants:
//  - a method that throws because of the input leaves the reader where it was;
//  - the only exception that input can cause is MessagePackSerializationException, truncation included;
//  - a length or a count is compared with the bytes that remain and with a limit before anything is allocated for it.
// The remaining methods are in the files MessagePackReader.*.cs by what they read.
using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace HashDb.MessagePack;

/// <summary>
/// Reads MessagePack from a <see cref="ReadOnlySequence{T}"/>. The member names are those of the well-known package;
/// unlike it, every fault of the input is a <see cref="MessagePackSerializationException"/>.
/// </summary>
public ref partial struct MessagePackReader
{
    private SequenceReader<byte> _reader;
    private int _depth;

    /// <summary>Reads from one piece of memory.</summary>
    public MessagePackReader(ReadOnlyMemory<byte> memory)
        : this(new ReadOnlySequence<byte>(memory))
    {
    }

    /// <summary>Reads from a sequence of any number of segments.</summary>
    public MessagePackReader(scoped in ReadOnlySequence<byte> readOnlySequence)
    {
        _reader = new SequenceReader<byte>(readOnlySequence);
        _depth = 0;
    }

    /// <summary>
    /// Arrays and maps that the caller is inside of. Who reads nested documents adds 1 on the way in and takes it off on the way out;
    /// <see cref="Skip"/> counts from here.
    /// </summary>
    /// <exception cref="MessagePackSerializationException">Set above <see cref="MessagePackLimits.MaxDepth"/>.</exception>
    public int Depth
    {
        readonly get => _depth;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            if (value > MessagePackLimits.MaxDepth)
                ThrowTooDeep(MessagePackLimits.MaxDepth);
            _depth = value;
        }
    }

    /// <summary>All that was given to the reader.</summary>
    public readonly ReadOnlySequence<byte> Sequence => _reader.Sequence;

    /// <summary>Where the next value starts.</summary>
    public readonly SequencePosition Position => _reader.Position;

    /// <summary>Bytes read so far.</summary>
    public readonly long Consumed => _reader.Consumed;

    /// <summary>True when nothing is left.</summary>
    public readonly bool End => _reader.End;

    /// <summary>True when the next value is nil.</summary>
    /// <exception cref="MessagePackSerializationException">Nothing is left.</exception>
    public readonly bool IsNil => NextCode == MessagePackCode.Nil;

    /// <summary>The first byte of the next value.</summary>
    /// <exception cref="MessagePackSerializationException">Nothing is left.</exception>
    public readonly byte NextCode
    {
        get
        {
            if (!_reader.TryPeek(out byte code))
                ThrowTruncated();
            return code;
        }
    }

    /// <summary>The family of the next value.</summary>
    /// <exception cref="MessagePackSerializationException">Nothing is left.</exception>
    public readonly MessagePackType NextMessagePackType => MessagePackCode.ToMessagePackType(NextCode);

    /// <summary>A second reader at the same place; moving it does not move this one.</summary>
    public readonly MessagePackReader CreatePeekReader() => this;

    /// <summary>A reader with the same depth over other bytes.</summary>
    public readonly MessagePackReader Clone(scoped in ReadOnlySequence<byte> readOnlySequence) =>
        new(readOnlySequence) { _depth = _depth };

    private readonly MessagePackHead PeekHead(MessagePackType expected)
    {
        if (!MessagePackHead.TryPeek(_reader, out MessagePackHead head))
        {
            // A wrong type is named even when the value is cut off as well.
            if (NextMessagePackType != expected)
                ThrowWrongType(expected);
            ThrowTruncated();
        }

        if (head.Type != expected)
            ThrowWrongType(expected);
        return head;
    }

    /// <summary>The head of a value whose whole body is there.</summary>
    private readonly MessagePackHead PeekWhole(MessagePackType expected)
    {
        MessagePackHead head = PeekHead(expected);
        if (_reader.Remaining < head.ByteCount)
            ThrowTruncated(head);
        return head;
    }

    [DoesNotReturn]
    private readonly void ThrowTruncated() =>
        throw new MessagePackSerializationException(_reader.End
            ? $"Input ends at offset {_reader.Consumed} where a value was expected."
            : $"Input ends within the header of a value of type {NextMessagePackType} (code 0x{NextCode:X2}) at offset "
                + $"{_reader.Consumed}.");

    [DoesNotReturn]
    private readonly void ThrowTruncated(in MessagePackHead head) =>
        throw new MessagePackSerializationException(
            $"{head.Type} at offset {_reader.Consumed} needs {head.ByteCount} bytes, {_reader.Remaining} remain.");

    [DoesNotReturn]
    private readonly void ThrowWrongType(MessagePackType expected) =>
        throw new MessagePackSerializationException(NextCode == MessagePackCode.NeverUsed
            ? $"The reserved code 0xC1 stands at offset {_reader.Consumed} where {expected} was expected."
            : $"Expected {expected} at offset {_reader.Consumed}, found {NextMessagePackType} (code 0x{NextCode:X2}).");

    [DoesNotReturn]
    private readonly void ThrowTooDeep(int maxDepth) =>
        throw new MessagePackSerializationException(
            $"Arrays and maps are nested deeper than the limit of {maxDepth} at offset {_reader.Consumed}.");
}
