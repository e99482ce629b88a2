// One JSON object a line on standard output, flushed line by line, so that a reader sees each as soon as it is true.
//
// Single-threaded: commands write from one place, in order.
using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace HashDb.Cli.Output;

internal sealed class JsonLines : IDisposable
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Stream _stream;
    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private readonly Utf8JsonWriter _writer;

    public JsonLines(Stream stream)
    {
        _stream = stream;
        _writer = new Utf8JsonWriter(_buffer, Options);
    }

    /// <summary>Writes one object.</summary>
    /// <param name="members">Writes its members; floating-point numbers come out in their shortest exact form.</param>
    public void Write(Action<Utf8JsonWriter> members)
    {
        _buffer.ResetWrittenCount();
        _writer.Reset();
        _writer.WriteStartObject();
        members(_writer);
        _writer.WriteEndObject();
        _writer.Flush();
        _buffer.Write("\n"u8);
        _stream.Write(_buffer.WrittenSpan);
        _stream.Flush();
    }

    public void Dispose()
    {
        _writer.Dispose();
        _stream.Dispose();
    }
}
