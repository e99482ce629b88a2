// The writing side of StrictMessagePackReader: the package's writer puts a replacement character where a text is no Unicode,
// so that what is read back would be another text. Stateless.
using System.Text;
using MessagePack;

namespace HashDb.Serialization;

/// <summary>Writes texts that come from a caller.</summary>
public static class MessagePackTexts
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Writes a string, or nil for null. A text that is refused has written nothing.</summary>
    /// <exception cref="ArgumentException">The text has a lone surrogate.</exception>
    public static void WriteText(this ref MessagePackWriter writer, string? text)
    {
        if (text is not null)
            Strict.GetByteCount(text);
        writer.Write(text);
    }
}
