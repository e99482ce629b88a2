// Names files of other formats by how they start, so that a refusal says what the file is and what to do. Stateless.
namespace HashDb.Models.Data.Internal;

internal static class KnownFiles
{
    /// <summary>Bytes that are enough to tell.</summary>
    public const int SampleBytes = 64;

    /// <summary>What a file that starts with these bytes seems to be, with what to do; null when nothing is known.</summary>
    public static string? Describe(ReadOnlySpan<byte> start)
    {
        if (start.IsEmpty)
            return "the file is empty";
        if (start.StartsWith("PK\x03\x04"u8))
            return "it is a zip file, as numpy.savez and torch.save make them: save one array with numpy.save";
        if (start.StartsWith("PAR1"u8))
            return "it is a Parquet file: save its numbers with numpy.save";
        if (start.StartsWith("ARROW1"u8))
            return "it is an Arrow file: save its numbers with numpy.save";
        if (start.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'H', (byte)'D', (byte)'F']))
            return "it is an HDF5 file: save one of its arrays with numpy.save";
        if (start.StartsWith("MATLAB "u8))
            return "it is a MATLAB file: save one of its arrays with numpy.save";
        if (start.Length > 1 && start[0] == 0x80 && start[1] is >= 2 and <= 5)
            return "it is a Python pickle, which is never read: save the array with numpy.save";
        foreach (byte each in start)
        {
            if (each is < (byte)' ' and not ((byte)'\t' or (byte)'\n' or (byte)'\r') or 0x7f)
                return null;
        }

        return start[0] is (byte)'{' or (byte)'['
            ? "it seems to be JSON: save its numbers as an array with numpy.save"
            : "it seems to be text, such as CSV: load it with numpy.loadtxt and save it with numpy.save";
    }
}
