// UTF-8 that refuses what is not UTF-8, over one span or over segments. Stateless.
using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace HashDb.MessagePack;

internal static class StrictUtf8
{
    private static readonly UTF8Encoding Encoding = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Bytes that the text takes. A lone surrogate throws an ArgumentException.</summary>
    public static int GetByteCount(ReadOnlySpan<char> text) => Encoding.GetByteCount(text);

    public static int GetBytes(ReadOnlySpan<char> text, Span<byte> utf8) => Encoding.GetBytes(text, utf8);

    public static bool IsValid(ReadOnlySpan<byte> utf8) => Utf8.IsValid(utf8);

    public static bool IsValid(in ReadOnlySequence<byte> utf8)
    {
        if (utf8.IsSingleSegment)
            return Utf8.IsValid(utf8.FirstSpan);
        Span<byte> carry = stackalloc byte[4];
        int carried = 0;
        foreach (ReadOnlyMemory<byte> segment in utf8)
        {
            ReadOnlySpan<byte> span = segment.Span;
            // A character that an earlier segment began is completed byte by byte: it may span several short segments.
            while (carried > 0 && span.Length > 0)
            {
                carry[carried++] = span[0];
                span = span[1..];
                OperationStatus status = Rune.DecodeFromUtf8(carry[..carried], out _, out _);
                if (status == OperationStatus.InvalidData)
                    return false;
                if (status == OperationStatus.Done)
                    carried = 0;
            }

            int tail = IncompleteTail(span);
            if (!Utf8.IsValid(span[..^tail]))
                return false;
            if (tail > 0)
            {
                span[^tail..].CopyTo(carry);
                carried = tail;
            }
        }

        return carried == 0;
    }

    /// <summary>The text, or null when the bytes are not UTF-8.</summary>
    public static string? Decode(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return Encoding.GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>The text, or null when the bytes are not UTF-8.</summary>
    public static string? Decode(in ReadOnlySequence<byte> utf8)
    {
        if (utf8.IsSingleSegment)
            return Decode(utf8.FirstSpan);
        int length = checked((int)utf8.Length);
        byte[] rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            utf8.CopyTo(rented);
            return Decode(rented.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Bytes at the end that begin a character without completing it, 0 to 3.</summary>
    private static int IncompleteTail(ReadOnlySpan<byte> utf8)
    {
        for (int tail = 1; tail <= Math.Min(3, utf8.Length); tail++)
        {
            ReadOnlySpan<byte> candidate = utf8[^tail..];
            if ((candidate[0] & 0xC0) == 0x80)
                continue;
            return Rune.DecodeFromUtf8(candidate, out _, out _) == OperationStatus.NeedMoreData ? tail : 0;
        }

        return 0;
    }
}
