using HashDb.Models.Files;

namespace HashDb.Models.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hashdb-atomic-").FullName;

    [Fact]
    public void Write_creates_and_replaces_a_file_and_leaves_nothing_beside_it()
    {
        string path = Path.Combine(_folder, "a.bin");
        AtomicFile.Write(path, [1, 2, 3]);
        AtomicFile.Write(path, [4]);
        File.ReadAllBytes(path).ShouldBe([4]);
        Directory.GetFileSystemEntries(_folder).ShouldBe([path]);
    }

    [Fact]
    public void Write_that_fails_keeps_the_old_content_and_leaves_nothing_beside_it()
    {
        // A directory of that name cannot be replaced by a file.
        string path = Path.Combine(_folder, "taken");
        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(path, "old"), "content");
        Should.Throw<Exception>(() => AtomicFile.Write(path, [1])).ShouldBeAssignableTo<SystemException>();
        File.ReadAllText(Path.Combine(path, "old")).ShouldBe("content");
        Directory.GetFileSystemEntries(_folder).ShouldBe([path]);
    }

    [Fact]
    public void Missing_directory_is_reported()
    {
        Should.Throw<DirectoryNotFoundException>(() => AtomicFile.Write(Path.Combine(_folder, "none", "a.bin"), [1]));
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows flushes directories by itself.");
        Should.Throw<IOException>(() => DeviceFlush.Directory(Path.Combine(_folder, "none"))).Message.ShouldContain("none");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
