namespace HashDb;

/// <summary>A file is damaged or is not what its name says. Carries the place.</summary>
public sealed class CorruptDataException : HashDbException
{
    /// <summary>Makes an exception that names the damaged place.</summary>
    /// <param name="file">Path of the file.</param>
    /// <param name="offset">Byte offset of the damage within the file, or -1 when the whole file is meant.</param>
    /// <param name="detail">What was expected there and what was found.</param>
    /// <param name="innerException">What the reader threw, if anything.</param>
    public CorruptDataException(string file, long offset, string detail, Exception? innerException = null)
        : base(HashDbErrorCode.CorruptData, offset >= 0 ? $"{file}, offset {offset}: {detail}" : $"{file}: {detail}", innerException)
    {
        File = file;
        Offset = offset;
        Detail = detail;
    }

    /// <summary>Path of the damaged file.</summary>
    public string File { get; }

    /// <summary>Byte offset of the damage, or -1 when the whole file is meant.</summary>
    public long Offset { get; }

    /// <summary>What was expected there and what was found.</summary>
    public string Detail { get; }
}
