using System.Diagnostics;

namespace HashDb.Client.Tests.Support;

/// <summary>A file system of a few mebibytes in memory, which can be made read-only or larger. Only root may mount one.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    /// <summary>Mounts one, or skips the test, visibly, where that is not possible.</summary>
    public static SmallDisk MountOrSkip(int mebibytes)
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Needs root on Linux, to mount a small file system.");
        string path = Directory.CreateTempSubdirectory("hashdb-disk-").FullName;
        if (!TryRun("mount", "-t", "tmpfs", "-o", $"size={mebibytes}m", "tmpfs", path))
        {
            Directory.Delete(path);
            Assert.Skip("This machine does not let root mount a small file system.");
        }

        return new SmallDisk(path);
    }

    public void MakeReadOnly() => Run("mount", "-o", "remount,ro", Path);

    public void MakeWritable() => Run("mount", "-o", "remount,rw", Path);

    public void Resize(int mebibytes) => Run("mount", "-o", $"remount,size={mebibytes}m", Path);

    public void Dispose()
    {
        Run("umount", "-l", Path);
        Directory.Delete(Path);
    }

    private static void Run(string program, params string[] arguments) =>
        TryRun(program, arguments).ShouldBeTrue($"{program} {string.Join(' ', arguments)}");

    private static bool TryRun(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
