// Checks foreign bytes once, before they are stored or passed on. Stateless.
using System.Buffers;

namespace HashDb.MessagePack;

/// <summary>
/// Checks that a buffer is exactly one well-formed value: lengths, counts, codes and texts are sound, nesting is within the
/// limit, and nothing follows. The depth of a number is 0, of an array of numbers 1.
/// </summary>
public static class MessagePackValidation
{
    /// <summary>True when the buffer is exactly one well-formed value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The depth is not 0 to <see cref="MessagePackLimits.MaxDepth"/>.</exception>
    public static bool IsOneValue(in ReadOnlySequence<byte> buffer, int maxDepth = MessagePackLimits.MaxDepth) =>
        IsOne(buffer, maxDepth, mustBeMap: false);

    /// <inheritdoc cref="IsOneValue(in ReadOnlySequence{byte}, int)"/>
    public static bool IsOneValue(ReadOnlyMemory<byte> buffer, int maxDepth = MessagePackLimits.MaxDepth) =>
        IsOneValue(new ReadOnlySequence<byte>(buffer), maxDepth);

    /// <summary>True when the buffer is exactly one well-formed map.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The depth is not 0 to <see cref="MessagePackLimits.MaxDepth"/>.</exception>
    public static bool IsOneMap(in ReadOnlySequence<byte> buffer, int maxDepth = MessagePackLimits.MaxDepth) =>
        IsOne(buffer, maxDepth, mustBeMap: true);

    /// <inheritdoc cref="IsOneMap(in ReadOnlySequence{byte}, int)"/>
    public static bool IsOneMap(ReadOnlyMemory<byte> buffer, int maxDepth = MessagePackLimits.MaxDepth) =>
        IsOneMap(new ReadOnlySequence<byte>(buffer), maxDepth);

    /// <summary>Throws unless the buffer is exactly one well-formed value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The depth is not 0 to <see cref="MessagePackLimits.MaxDepth"/>.</exception>
    /// <exception cref="MessagePackSerializationException">It is not; the message says what stands where.</exception>
    public static void EnsureOneValue(in ReadOnlySequence<byte> buffer, int maxDepth = MessagePackLimits.MaxDepth) =>
        EnsureOne(buffer, maxDepth, mustBeMap: false);

    /// <inheritdoc cref="EnsureOneValue(in ReadOnlySequence{byte}, int)"/>
    public static void EnsureOneValue(ReadOnlyMemory<byte> buffer, int maxDepth = MessagePackLimits.MaxDepth) =>
        EnsureOneValue(new ReadOnlySequence<byte>(buffer), maxDepth);

    /// <summary>Throws unless the buffer is exactly one well-formed map.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The depth is not 0 to <see cref="MessagePackLimits.MaxDepth"/>.</exception>
    /// <exception cref="MessagePackSerializationException">It is not; the message says what stands where.</exception>
    public static void EnsureOneMap(in ReadOnlySequence<byte> buffer, int maxDepth = MessagePackLimits.MaxDepth) =>
        EnsureOne(buffer, maxDepth, mustBeMap: true);

    /// <inheritdoc cref="EnsureOneMap(in ReadOnlySequence{byte}, int)"/>
    public static void EnsureOneMap(ReadOnlyMemory<byte> buffer, int maxDepth = MessagePackLimits.MaxDepth) =>
        EnsureOneMap(new ReadOnlySequence<byte>(buffer), maxDepth);

    private static bool IsOne(in ReadOnlySequence<byte> buffer, int maxDepth, bool mustBeMap)
    {
        CheckDepth(maxDepth);
        MessagePackReader reader = new(buffer);
        if (reader.End || (mustBeMap && reader.NextMessagePackType != MessagePackType.Map))
            return false;
        return reader.TrySkip(maxDepth, checkText: true) == MessagePackReader.SkipFault.None && reader.End;
    }

    private static void EnsureOne(in ReadOnlySequence<byte> buffer, int maxDepth, bool mustBeMap)
    {
        CheckDepth(maxDepth);
        MessagePackReader reader = new(buffer);
        if (mustBeMap && reader.NextMessagePackType != MessagePackType.Map)
            throw new MessagePackSerializationException(
                $"Expected a map, found {reader.NextMessagePackType} (code 0x{reader.NextCode:X2}).");
        reader.SkipValue(maxDepth, checkText: true);
        if (!reader.End)
            throw new MessagePackSerializationException(
                $"The value ends at offset {reader.Consumed}, but {buffer.Length - reader.Consumed} bytes follow.");
    }

    private static void CheckDepth(int maxDepth)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxDepth);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxDepth, MessagePackLimits.MaxDepth);
    }
}
