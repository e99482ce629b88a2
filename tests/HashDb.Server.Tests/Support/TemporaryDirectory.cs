namespace HashDb.Server.Tests.Support;

/// <summary>A directory that goes away with the test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("hashdb-server-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
