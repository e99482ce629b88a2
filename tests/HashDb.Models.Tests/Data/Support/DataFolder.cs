using System.IO.Compression;

namespace HashDb.Models.Tests.Data.Support;

/// <summary>A temporary folder for one test, removed at its end.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hashdb-data-").FullName;

    public string PathOf(string name) => Path.Combine(_folder, name);

    public string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(PathOf(name), bytes);
        return PathOf(name);
    }

    public string[] FileNames() => [.. Directory.GetFiles(_folder).Select(f => Path.GetFileName(f)!)];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream output = new();
        using (GZipStream gzip = new(output, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(bytes);
        return output.ToArray();
    }
}
