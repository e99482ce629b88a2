using HashDb.Models.Data;

namespace HashDb.Cli.Input;

/// <summary>The rows of a feature file that a command is about, read in order, with their place in the file.</summary>
internal sealed class FeatureSource : IDisposable
{
    private readonly IFeatureReader _reader;

    private FeatureSource(IFeatureReader reader, RowRange? rows)
    {
        _reader = reader;
        FirstRow = rows?.Start ?? 0;
        FileRowCount = rows is null ? reader.RowCount : null;
    }

    public string Path => _reader.Path;

    /// <summary>Number in the file of the first row taken.</summary>
    public long FirstRow { get; }

    /// <summary>Rows taken.</summary>
    public long Count => _reader.RowCount;

    /// <summary>Rows of the file, known when all are taken.</summary>
    public long? FileRowCount { get; }

    public int Dimensions => _reader.Dimensions;

    public static FeatureSource Open(string path, RowRange? rows) => new(FeatureFile.Open(path, rows), rows);

    /// <summary>Reads the next rows; 0 only at the end.</summary>
    /// <param name="rows">Receives whole rows, row-major, float32.</param>
    public int Read(Span<float> rows) => _reader.Read(rows);

    public void Dispose() => _reader.Dispose();
}
