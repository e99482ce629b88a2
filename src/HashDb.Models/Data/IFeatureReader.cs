namespace HashDb.Models.Data;

/// <summary>Rows of numbers, read in order from a file. Not thread-safe.</summary>
public interface IFeatureReader : IDisposable
{
    /// <summary>The file.</summary>
    string Path { get; }

    /// <summary>Rows to be had in all: those of the range that was opened, or of the file.</summary>
    long RowCount { get; }

    /// <summary>Numbers in a row.</summary>
    int Dimensions { get; }

    /// <summary>Rows read or skipped so far.</summary>
    long Position { get; }

    /// <summary>Reads the next rows.</summary>
    /// <param name="rows">
    /// Receives whole rows, row-major, <c>count * Dimensions</c>, float32; a multiple of <see cref="Dimensions"/> long.
    /// </param>
    /// <returns>Rows read: as many as fit or remain, 0 only at the end.</returns>
    /// <exception cref="ArgumentException">The span is empty or not a multiple of <see cref="Dimensions"/> long.</exception>
    /// <exception cref="CorruptDataException">The file is damaged, or holds NaN, infinity or a number that float32 cannot hold.</exception>
    int Read(Span<float> rows);

    /// <summary>Passes over rows.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more rows than remain.</exception>
    void Skip(long rows);
}
