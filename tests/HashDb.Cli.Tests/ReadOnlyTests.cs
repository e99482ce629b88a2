using System.Diagnostics;
using HashDb.Cli.Tests.Support;

namespace HashDb.Cli.Tests;

// A database that an account may read and not write could not be searched: every command wanted to write its lock.
public sealed class ReadOnlyTests : IDisposable
{
    private readonly Sample _sample = new();

    public void Dispose()
    {
        if (!OperatingSystem.IsWindows() && Directory.Exists(_sample.Database))
            Run("chmod", "-R", "u+rwX", _sample.Root);
        _sample.Dispose();
    }

    [Fact]
    public async Task Commands_that_only_read_work_for_an_account_that_may_not_write()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs the modes of Unix.");
        string account = Environment.IsPrivilegedProcess ? "setpriv --reuid=65534 --regid=65534 --clear-groups " : "";
        if (account.Length > 0)
            Assert.SkipUnless(File.Exists("/usr/bin/setpriv"), "Needs setpriv, to become an ordinary account.");
        await _sample.CreateAndImportAsync();
        Run("chmod", "-R", "a=rX", _sample.Root);
        string[] commands =
        [
            "search \"$1\" items --queries \"$2\" --read-only",
            "probe \"$1\" items --queries \"$2\" --radius 1 --read-only",
            "get \"$1\" items 1 2 --read-only",
            "stats \"$1\" --read-only",
            "buckets \"$1\" items --read-only",
            "verify \"$1\" --read-only",
            "verify \"$1\"",
        ];
        foreach (string command in commands)
        {
            CommandResult done = await RunAsync(command);
            done.ExitCode.ShouldBe(0, $"{command}: {done.Error}");
            done.Lines.ShouldNotBeEmpty(command);
        }

        CommandResult refused = await RunAsync("stats \"$1\"");
        refused.ExitCode.ShouldBe(1);
        refused.Error.TrimEnd('\n').Split('\n')[^1].ShouldContain("--read-only");
        refused.Error.ShouldNotContain("   at ");

        Task<CommandResult> RunAsync(string command) =>
            HashDbProcess.ShellAsync($"cd / && {account}\"$HASHDB\" {command} --json", _sample.Database, _sample.Features);
    }

    [Fact]
    public async Task Address_of_a_server_takes_no_read_only()
    {
        CommandResult result = await HashDbProcess.RunAsync("stats", "hashdb://127.0.0.1:1", "--read-only");

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain("--read-only is for directories");
    }

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, program);
    }
}
