// A text file with a line for every row of the features: keys, or fields as JSON objects. Read as the rows are taken; a range of rows
// takes the same lines.
using System.Text;
using System.Text.Json;

namespace HashDb.Cli.Input;

internal sealed class LineFile : IDisposable
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>1,048,576 characters: the fields of a record have 64 KiB, and JSON may write a byte of them as six characters.</summary>
    private const int MaxLength = 1 << 20;

    private readonly StreamReader _reader;
    private readonly StringBuilder _line = new();

    private LineFile(string path)
    {
        Path = path;
        _reader = new StreamReader(path, Strict);
    }

    public string Path { get; }

    /// <summary>Number of the line that was read last, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Opens a file and passes over the lines before a row.</summary>
    public static LineFile Open(string path, long firstRow)
    {
        var file = new LineFile(path);
        try
        {
            for (long row = 0; row < firstRow; row++)
                file.Next();
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The next line.</summary>
    /// <exception cref="ArgumentException">The file has ended, or is no UTF-8; names the line.</exception>
    public string Next()
    {
        Line++;
        try
        {
            return ReadLine()
                ?? throw new ArgumentException(
                    $"{Path} has {Line - 1} lines; every row of the features has one, and this is row {Line - 1}.");
        }
        catch (DecoderFallbackException)
        {
            throw new ArgumentException($"{Path} is not UTF-8 about line {Line}.");
        }
    }

    /// <summary>The next line as fields; an empty one has none.</summary>
    public RecordFields NextFields()
    {
        string line = Next();
        try
        {
            return line.Length == 0 ? new RecordFields() : RecordFields.FromJson(line);
        }
        catch (JsonException exception)
        {
            throw new ArgumentException($"{Path}, line {Line}, is no JSON object: {exception.Message}");
        }
        catch (ArgumentException exception)
        {
            throw new ArgumentException($"{Path}, line {Line}: {exception.Message}");
        }
    }

    /// <summary>The next line as a key.</summary>
    public RecordKey NextKey(KeyKind kind)
    {
        string line = Next();
        try
        {
            return KeyText.Parse(kind, line);
        }
        catch (ArgumentException exception)
        {
            throw new ArgumentException($"{Path}, line {Line}: {exception.Message}");
        }
    }

    /// <summary>The next line, without more of it in memory than a line may have; null at the end of the file.</summary>
    private string? ReadLine()
    {
        int next = _reader.Read();
        if (next < 0)
            return null;
        _line.Clear();
        for (; next >= 0 && next != '\n'; next = _reader.Read())
        {
            if (_line.Length == MaxLength)
                throw new ArgumentException(
                    $"{Path}, line {Line}, is longer than {MaxLength} characters; give every row a line of its own.");
            _line.Append((char)next);
        }
        int length = _line.Length;
        return _line.ToString(0, length > 0 && _line[length - 1] == '\r' ? length - 1 : length);
    }

    public void Dispose() => _reader.Dispose();
}
