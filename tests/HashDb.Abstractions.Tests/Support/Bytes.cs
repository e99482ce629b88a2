using System.Buffers;
using HashDb.Serialization;
using MessagePack;

namespace HashDb.Abstractions.Tests.Support;

/// <summary>Byte strings for tests: hexadecimal in and out, and sequences cut into segments.</summary>
internal static class Bytes
{
    public static byte[] FromHex(string hex) =>
        Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal));

    public static string ToHex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    /// <summary>Two segments, cut before <paramref name="position"/>; either may be empty.</summary>
    public static ReadOnlySequence<byte> Split(byte[] bytes, int position) =>
        Chain(bytes.AsMemory(0, position), bytes.AsMemory(position));

    /// <summary>One segment per byte, with an empty segment before each.</summary>
    public static ReadOnlySequence<byte> SplitEverywhere(byte[] bytes) =>
        Chain([.. Enumerable.Range(0, 2 * bytes.Length).Select(i => bytes.AsMemory(i / 2, i % 2))]);

    public static ReadOnlySequence<byte> Chain(params Memory<byte>[] parts)
    {
        if (parts.Length == 0)
            return ReadOnlySequence<byte>.Empty;
        Segment first = new(parts[0], 0);
        Segment last = first;
        foreach (Memory<byte> part in parts.Skip(1))
            last = last.Append(part);
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    /// <summary>What the action writes, flushed.</summary>
    public static byte[] Write(WriteAction action)
    {
        ArrayBufferWriter<byte> output = new();
        MessagePackWriter writer = new(output);
        action(ref writer);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    public static T Read<T>(string hex, ReadFunc<T> read) => Read(FromHex(hex), read);

    public static T Read<T>(byte[] bytes, ReadFunc<T> read)
    {
        StrictMessagePackReader reader = new(bytes);
        T value = read(ref reader);
        reader.End.ShouldBeTrue("the value should take all bytes");
        reader.Consumed.ShouldBe(bytes.Length);
        return value;
    }

    public delegate void WriteAction(ref MessagePackWriter writer);

    public delegate T ReadFunc<T>(ref StrictMessagePackReader reader);

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long runningIndex)
        {
            Memory = memory;
            RunningIndex = runningIndex;
        }

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            Segment next = new(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
