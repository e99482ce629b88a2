using System.Globalization;

namespace HashDb.Server.Tests.Support;

/// <summary>Processes that may hold so much memory together, of either version of Linux's cgroups. Needs root.</summary>
internal sealed class MemoryCgroup : IDisposable
{
    private const string Root = "/sys/fs/cgroup";

    private readonly string _folder;
    private readonly bool _isVersion2;

    private MemoryCgroup(string parent, bool isVersion2, long bytes)
    {
        _folder = $"{parent}/hashdb-test-{Guid.NewGuid():N}";
        _isVersion2 = isVersion2;
        Directory.CreateDirectory(_folder);
        File.WriteAllText(
            $"{_folder}/{(isVersion2 ? "memory.max" : "memory.limit_in_bytes")}", bytes.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>A process that writes its number there belongs to it.</summary>
    public string ProcessesFile => $"{_folder}/cgroup.procs";

    /// <summary>Processes that were killed because they wanted more.</summary>
    public long KilledProcesses => long.Parse(
        File.ReadLines($"{_folder}/{(_isVersion2 ? "memory.events" : "memory.oom_control")}")
            .Single(line => line.StartsWith("oom_kill ", StringComparison.Ordinal))["oom_kill ".Length..],
        CultureInfo.InvariantCulture);

    /// <summary>Makes one, or skips the test that runs.</summary>
    public static MemoryCgroup CreateOrSkip(long bytes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "A limit of memory needs Linux and root.");
        string controllers = $"{Root}/cgroup.subtree_control";
        bool isVersion2 = File.Exists(controllers) && File.ReadAllText(controllers).Split(' ', '\n').Contains("memory");
        bool isVersion1 = File.Exists($"{Root}/memory/memory.limit_in_bytes");
        Assert.SkipUnless(isVersion2 || isVersion1, "This machine has no cgroup whose memory can be limited.");
        return new MemoryCgroup(isVersion2 ? Root : $"{Root}/memory", isVersion2, bytes);
    }

    public void Dispose() => Directory.Delete(_folder);
}
