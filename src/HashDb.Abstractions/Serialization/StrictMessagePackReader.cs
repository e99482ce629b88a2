// Reads MessagePack that comes from a file or a network. Not thread-safe; pass it by ref.
//
// The package's own reader takes more than our formats allow: a string for a binary, text that is not UTF-8, a double beyond
// the range of a single, any depth; and it fails in as many ways. Every read goes through here (BannedSymbols.txt sees to it).
//
// Invariants:
//  - a method that throws because of the input leaves the reader where it was;
//  - the only exception that input can cause is MessagePackSerializationException, truncation included;
//  - a length or a count is compared with the bytes that remain before memory is taken for it;
//  - nested arrays and maps are passed over with a stack of counts, so that input cannot exhaust the thread's.
#pragma warning disable RS0030 // The one user of the package's reader.
using System.Buffers;
using System.Numerics;
using System.Text;
using System.Text.Unicode;
using MessagePack;

namespace HashDb.Serialization;

/// <summary>Reads MessagePack values strictly. Every fault of the input is a <see cref="MessagePackSerializationException"/>.</summary>
public ref struct StrictMessagePackReader
{
    /// <summary>64 arrays and maps within one another: documents of people and programs stay far below.</summary>
    public const int MaxDepth = 64;

    /// <summary>16,777,216 elements of one array, or pairs of one map: bulk numbers travel as binary.</summary>
    public const int MaxElementCount = 1 << 24;

    /// <summary>1,073,741,791 bytes of one string: the longest string that the runtime holds, in characters.</summary>
    public const int MaxStringBytes = 0x3FFFFFDF;

    private MessagePackReader _reader;

    private delegate T Step<T>(ref MessagePackReader reader);

    /// <summary>Reads from one piece of memory.</summary>
    public StrictMessagePackReader(ReadOnlyMemory<byte> memory) => _reader = new MessagePackReader(memory);

    /// <summary>Reads from a sequence of any number of segments.</summary>
    public StrictMessagePackReader(scoped in ReadOnlySequence<byte> sequence) => _reader = new MessagePackReader(sequence);

    /// <summary>Bytes read so far.</summary>
    public readonly long Consumed => _reader.Consumed;

    /// <summary>True when nothing is left.</summary>
    public readonly bool End => _reader.End;

    /// <summary>The family of the next value.</summary>
    public MessagePackType NextMessagePackType => Read(TypeOf);

    /// <summary>Throws unless the buffer is exactly one well-formed value, texts included, of at most that many levels.</summary>
    /// <param name="buffer">The bytes.</param>
    /// <param name="maxDepth">0 to <see cref="MaxDepth"/>; a number has depth 0, an array of numbers 1.</param>
    public static void EnsureOneValue(in ReadOnlySequence<byte> buffer, int maxDepth = MaxDepth)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxDepth);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxDepth, MaxDepth);
        StrictMessagePackReader reader = new(buffer);
        reader._reader.Depth = MaxDepth - maxDepth;
        reader.Read(static (ref MessagePackReader r) => Pass(ref r, checkText: true));
        if (!reader.End)
            throw new MessagePackSerializationException(
                $"The value ends at offset {reader.Consumed}, but {buffer.Length - reader.Consumed} bytes follow.");
    }

    /// <summary>Throws unless the buffer is exactly one well-formed map, texts included, of at most that many levels.</summary>
    /// <inheritdoc cref="EnsureOneValue"/>
    public static void EnsureOneMap(ReadOnlyMemory<byte> buffer, int maxDepth = MaxDepth)
    {
        EnsureOneValue(new ReadOnlySequence<byte>(buffer), maxDepth);
        new StrictMessagePackReader(buffer).ReadMapHeader();
    }

    /// <summary>Reads nil if it is next; otherwise does not move.</summary>
    public bool TryReadNil() => Read(static (ref MessagePackReader r) => r.TryReadNil());

    /// <summary>Reads true or false.</summary>
    public bool ReadBoolean() => Read(static (ref MessagePackReader r) => r.ReadBoolean(), MessagePackType.Boolean);

    /// <summary>Reads an integer of any encoding whose value fits.</summary>
    public int ReadInt32() => Read(ReadIntegerInRange<int>, MessagePackType.Integer);

    /// <inheritdoc cref="ReadInt32"/>
    public uint ReadUInt32() => Read(ReadIntegerInRange<uint>, MessagePackType.Integer);

    /// <inheritdoc cref="ReadInt32"/>
    public long ReadInt64() => Read(ReadIntegerInRange<long>, MessagePackType.Integer);

    /// <inheritdoc cref="ReadInt32"/>
    public ulong ReadUInt64() => Read(ReadIntegerInRange<ulong>, MessagePackType.Integer);

    /// <summary>Reads a number, rounded to the nearest single; a finite double beyond the range of a single is refused.</summary>
    public float ReadSingle() => Read(ReadSingleInRange, MessagePackType.Float, MessagePackType.Integer);

    /// <summary>Reads a number. A single is widened exactly, an integer above 2^53 rounded to the nearest double.</summary>
    public double ReadDouble() => Read(static (ref MessagePackReader r) => r.ReadDouble(), MessagePackType.Float, MessagePackType.Integer);

    /// <summary>Reads a string of UTF-8; null for nil.</summary>
    public string? ReadString() => ReadStringSequence() is { } utf8 ? Encoding.UTF8.GetString(utf8) : null;

    /// <summary>Reads a string as its UTF-8 bytes, which stay in the buffer; null for nil.</summary>
    public ReadOnlySequence<byte>? ReadStringSequence() => Read(ReadUtf8, MessagePackType.String, MessagePackType.Nil);

    /// <summary>Reads a binary, which stays in the buffer; null for nil. A string is not taken for a binary.</summary>
    public ReadOnlySequence<byte>? ReadBytes() =>
        Read(static (ref MessagePackReader r) => r.ReadBytes(), MessagePackType.Binary, MessagePackType.Nil);

    /// <summary>
    /// Reads the number of elements of an array; they come next. It is at most <see cref="MaxElementCount"/> and the bytes that
    /// remain.
    /// </summary>
    public int ReadArrayHeader() =>
        Read(static (ref MessagePackReader r) => ReadCount(ref r, MessagePackType.Array), MessagePackType.Array);

    /// <summary>
    /// Reads the number of pairs of a map; keys and values come next, in turn. Limits as for <see cref="ReadArrayHeader"/>.
    /// </summary>
    public int ReadMapHeader() => Read(static (ref MessagePackReader r) => ReadCount(ref r, MessagePackType.Map), MessagePackType.Map);

    /// <summary>Passes over the next value with all it contains. Lengths, counts, codes and depth are checked, texts are not.</summary>
    public void Skip() => Read(static (ref MessagePackReader r) => Pass(ref r, checkText: false));

    /// <summary>The one way to the package's reader: moves only when the step succeeds, and gives every fault one type.</summary>
    private T Read<T>(Step<T> step, params ReadOnlySpan<MessagePackType> expected)
    {
        MessagePackReader ahead = _reader;
        try
        {
            if (expected.Length > 0 && !expected.Contains(TypeOf(ref ahead)))
                throw Fault($"Expected {expected[0]}, found {TypeOf(ref ahead)} (code 0x{ahead.NextCode:X2})");
            T value = step(ref ahead);
            _reader = ahead;
            return value;
        }
        catch (Exception fault) when (fault is MessagePackSerializationException
            or EndOfStreamException or OverflowException or ArgumentException)
        {
            string what = fault is EndOfStreamException ? "The input ends before the value does" : fault.Message;
            throw new MessagePackSerializationException($"{what}, at offset {_reader.Consumed} of {_reader.Sequence.Length}.", fault);
        }
    }

    private static T ReadIntegerInRange<T>(ref MessagePackReader reader)
        where T : IBinaryInteger<T>, IMinMaxValue<T>
    {
        Int128 value = reader.NextCode == MessagePackCode.UInt64 ? reader.ReadUInt64() : reader.ReadInt64();
        T narrow = T.CreateTruncating(value);
        return Int128.CreateTruncating(narrow) == value ? narrow : throw Fault($"{value} is out of the range {T.MinValue} to {T.MaxValue}");
    }

    private static float ReadSingleInRange(ref MessagePackReader reader)
    {
        MessagePackReader again = reader;
        float value = reader.ReadSingle();
        return !float.IsInfinity(value) || double.IsInfinity(again.ReadDouble())
            ? value
            : throw Fault("A double is out of the range of a single");
    }

    private static ReadOnlySequence<byte>? ReadUtf8(ref MessagePackReader reader)
    {
        ReadOnlySequence<byte>? text = reader.ReadStringSequence();
        if (text is not { } utf8)
            return null;
        if (utf8.Length > MaxStringBytes)
            throw Fault($"A string of {utf8.Length} bytes; the limit is {MaxStringBytes}");
        return Utf8.IsValid(utf8.IsSingleSegment ? utf8.FirstSpan : utf8.ToArray()) ? text : throw Fault("A string is not valid UTF-8");
    }

    private static int ReadCount(ref MessagePackReader reader, MessagePackType type)
    {
        if (!(type == MessagePackType.Map ? reader.TryReadMapHeader(out int count) : reader.TryReadArrayHeader(out count)))
            throw new EndOfStreamException();
        // Every value takes at least a byte, and a pair is two. The package gives counts from 2^31 on as negative numbers.
        long least = (uint)count * (type == MessagePackType.Map ? 2L : 1L);
        long remain = reader.Sequence.Length - reader.Consumed;
        return (uint)count <= MaxElementCount && least <= remain ? count
            : throw Fault($"{type} of {(uint)count}, for which {remain} bytes remain; the limit is {MaxElementCount}");
    }

    /// <summary>Moves past the next value, which has <see cref="MessagePackReader.Depth"/> levels around it; always true.</summary>
    private static bool Pass(ref MessagePackReader reader, bool checkText)
    {
        Span<long> pending = stackalloc long[MaxDepth + 1]; // Values still to come in the array or map of each level.
        int level = reader.Depth;
        pending[level] = 1;
        while (true)
        {
            MessagePackType type = TypeOf(ref reader);
            pending[level]--;
            if (type is MessagePackType.Array or MessagePackType.Map)
            {
                int count = ReadCount(ref reader, type);
                if (level == MaxDepth)
                    throw Fault($"Arrays and maps are nested deeper than the limit of {MaxDepth - reader.Depth}");
                pending[++level] = type == MessagePackType.Map ? 2L * count : count;
            }
            else if (type == MessagePackType.String && checkText)
                ReadUtf8(ref reader);
            else
                reader.Skip();
            while (pending[level] == 0)
            {
                if (level-- == reader.Depth)
                    return true;
            }
        }
    }

    private static MessagePackType TypeOf(ref MessagePackReader reader) =>
        reader.End ? throw Fault("The input ends where a value is expected")
        : reader.NextCode == MessagePackCode.NeverUsed ? throw Fault("The reserved code 0xC1 stands where a value is expected")
        : reader.NextMessagePackType;

    private static MessagePackSerializationException Fault(string what) => new(what);
}
