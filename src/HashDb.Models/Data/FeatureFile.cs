// Opens files of feature vectors. The kind of file is decided by its content where the format has a magic number.
using HashDb.Models.Data.Internal;

namespace HashDb.Models.Data;

/// <summary>
/// Reads feature vectors from <c>.npy</c> (numpy format 1.0 to 3.0, C or Fortran order), IDX, <c>.fvecs</c>, <c>.bvecs</c>,
/// <c>.ivecs</c>, <c>.fbin</c>, <c>.u8bin</c>, <c>.i8bin</c> and <c>.ibin</c> files, each also compressed with gzip. The first axis
/// counts the rows; what follows is flattened, so that an image of 28 * 28 has 784 dimensions. Elements may be float16, float32,
/// float64, bool, or integers of 8 to 64 bits whose values float32 holds exactly, of either byte order.
/// </summary>
/// <remarks>
/// The checksum of a compressed file stands at its end: who stops reading before the last row has not had it checked.
/// </remarks>
public static class FeatureFile
{
    private const int RowBytesPerRead = 1 << 20;

    /// <summary>Opens a file for reading row by row.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rows">The rows to read; all when left out.</param>
    /// <exception cref="ArgumentOutOfRangeException">A row of the range lies outside the file.</exception>
    /// <exception cref="CorruptDataException">The file is of no known kind, damaged, or not as long as its header says.</exception>
    /// <exception cref="NotSupportedException">
    /// The file is sound but of an element type or shape that is not read, or no regular file.
    /// </exception>
    public static IFeatureReader Open(string path, RowRange? rows = null)
    {
        RowSource source = RowSource.Open(path, rows);
        try
        {
            return new FeatureReader(source);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>Reads a file, or a range of its rows, into memory.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rows">The rows to read; all when left out.</param>
    /// <exception cref="HashDbException">The rows do not fit into one array (code <see cref="HashDbErrorCode.LimitExceeded"/>).</exception>
    /// <inheritdoc cref="Open" path="/exception"/>
    public static FeatureMatrix ReadAll(string path, RowRange? rows = null)
    {
        using RowSource source = RowSource.Open(path, rows);
        FeatureReader reader = new(source);
        GrowingArray<float> values = GrowingArray<float>.For(source, reader.Dimensions);
        int rowsPerRead = Math.Max(1, RowBytesPerRead / (reader.Dimensions * sizeof(float)));
        while (reader.Position < reader.RowCount)
        {
            int count = (int)Math.Min(rowsPerRead, reader.RowCount - reader.Position);
            reader.Read(values.Append(count * reader.Dimensions));
        }

        return new FeatureMatrix(values.ToArray(), reader.Dimensions);
    }
}
