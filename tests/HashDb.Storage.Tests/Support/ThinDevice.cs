using System.Diagnostics;

namespace HashDb.Storage.Tests.Support;

/// <summary>
/// A device that takes more than it can keep, as a thin volume does: a file system on a sparse file in a small memory disk. When that is
/// full every write seems to succeed until it is flushed. Needs root on Linux.
/// </summary>
internal sealed class ThinDevice : IDisposable
{
    private const int BlockBytes = 4_096;

    private readonly string _back;
    private readonly string _filler;
    private string _disk;
    private bool _isBackMounted;
    private bool _isMounted;

    private ThinDevice(string folder)
    {
        _back = Path.Combine(folder, "back");
        _filler = Path.Combine(_back, "filler");
        _disk = Path.Combine(_back, "disk");
        Folder = Path.Combine(folder, "device");
    }

    /// <summary>Where it is mounted.</summary>
    public string Folder { get; }

    /// <summary>Makes one in a folder, or skips the test that runs.</summary>
    public static ThinDevice CreateOrSkip(string folder)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "A device that is thin needs Linux and root.");
        var device = new ThinDevice(folder);
        try
        {
            Directory.CreateDirectory(device._back);
            Directory.CreateDirectory(device.Folder);
            Run("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", device._back);
            device._isBackMounted = true;
            using (FileStream disk = File.Create(device._disk))
                disk.SetLength(256L << 20);
            Run(
                "mkfs.ext4", "-q", "-E", "lazy_itable_init=0,lazy_journal_init=0,nodiscard", "-O", "^has_journal", "-b", $"{BlockBytes}",
                "-m", "0", device._disk);
            device.Mount();
            return device;
        }
        catch (Exception error) when (error is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            device.Dispose();
            Assert.Skip($"This machine lets nobody make such a device: {error.Message}");
            throw;
        }
    }

    /// <summary>From now on no new block is kept.</summary>
    public void Fill()
    {
        using FileStream filler = File.Create(_filler);
        byte[] block = new byte[BlockBytes];
        try
        {
            while (true)
            {
                filler.Write(block);
                filler.Flush();
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    /// <summary>From now on blocks are kept again; those that were refused are lost.</summary>
    public void Free() => File.Delete(_filler);

    /// <summary>Forgets what the system remembers of the files, so that they are what the device has of them.</summary>
    public void Remount()
    {
        Unmount();
        Mount();
    }

    /// <summary>Notes what the device has at this moment.</summary>
    public void KeepWhatThereIs() => File.Copy(_disk, _back + ".kept");

    /// <summary>The device is as it was at <see cref="KeepWhatThereIs"/>, and nothing is remembered of it.</summary>
    public void LosePower()
    {
        Unmount();
        _disk = _back + ".kept";
        Mount();
    }

    public void Dispose()
    {
        if (_isMounted)
            Unmount();
        if (_isBackMounted)
            Run("umount", _back);
    }

    /// <remarks>
    /// Linux 6.18 was seen to take a write to a loop device for done when only its first pages were kept. A device that lies is not
    /// what is tested here, so no write may be longer than a page.
    /// </remarks>
    private void Mount()
    {
        string loop = Run("losetup", "--find", "--show", _disk);
        try
        {
            File.WriteAllText($"/sys/block/{Path.GetFileName(loop)}/queue/max_sectors_kb", $"{BlockBytes >> 10}");
            Run("mount", "-o", "nodiscard,errors=continue", loop, Folder);
            _isMounted = true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException(error.Message, error);
        }
        finally
        {
            // It stays while it is mounted.
            Run("losetup", "--detach", loop);
        }
    }

    private void Unmount()
    {
        Run("umount", Folder);
        _isMounted = false;
    }

    private static string Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {errors.Trim()}");
        return output.Result.Trim();
    }
}
