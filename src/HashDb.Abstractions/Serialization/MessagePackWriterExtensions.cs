// The writing side of StrictMessagePackReader, where the package's writer lacks something. Stateless.
using System.Runtime.InteropServices;
using System.Text;
using MessagePack;

namespace HashDb.Serialization;

/// <summary>What we write that the package's writer does not write as we need it.</summary>
public static class MessagePackWriterExtensions
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// Writes a text that comes from a caller, or nil for null. The package would put a replacement character where the text is
    /// not Unicode, and another text would be read back. A text that is refused has written nothing.
    /// </summary>
    /// <exception cref="ArgumentException">The text has a lone surrogate.</exception>
    public static void WriteText(this ref MessagePackWriter writer, string? text)
    {
        if (text is not null)
            Strict.GetByteCount(text);
        writer.Write(text);
    }

    /// <summary>
    /// Copies the bytes of a value whose header was written, from memory of any lifetime. The package copies them too, but does
    /// not say so: its signature takes no span of the stack.
    /// </summary>
    public static void WriteBody(this ref MessagePackWriter writer, scoped ReadOnlySpan<byte> bytes) =>
        writer.WriteRaw(MemoryMarshal.CreateReadOnlySpan(in MemoryMarshal.GetReference(bytes), bytes.Length));
}
