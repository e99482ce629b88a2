namespace HashDb.Models;

/// <summary>The one check of the shape of a row-major matrix that comes as a span.</summary>
public static class MatrixShape
{
    /// <summary>Checks that <paramref name="length"/> is <paramref name="count"/> times <paramref name="dimensions"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A negative count or dimensions out of bounds.</exception>
    /// <exception cref="ArgumentException">The length is another.</exception>
    public static void Check(int length, int count, int dimensions, string parameter)
    {
        if (count < 0)
            throw new ArgumentOutOfRangeException(nameof(count), count, "The number of rows is negative.");
        CheckDimensions(dimensions);
        if (length != (long)count * dimensions)
        {
            throw new ArgumentException(
                $"{count} rows of {dimensions} dimensions are {(long)count * dimensions} floats, not {length}.", parameter);
        }
    }

    /// <summary>Checks dimensions against the limit.</summary>
    public static void CheckDimensions(int dimensions)
    {
        if (dimensions is < 1 or > ModelLimits.MaxDimensions)
        {
            throw new ArgumentOutOfRangeException(
                nameof(dimensions), dimensions, $"A vector has 1 to {ModelLimits.MaxDimensions} dimensions.");
        }
    }
}
