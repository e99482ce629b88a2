using System.Diagnostics;
using System.Text.Json;

namespace HashDb.Cli.Tests.Support;

/// <summary>Runs the hashdb command as it was built, in a process of its own.</summary>
internal static class HashDbProcess
{
    /// <summary>Long enough for a busy machine; a command that takes longer hangs.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);

    public static string Executable { get; } =
        Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "hashdb.exe" : "hashdb");

    /// <summary>Runs a command to its end.</summary>
    public static Task<CommandResult> RunAsync(params string[] arguments) => RunAsync(new Dictionary<string, string>(), arguments);

    /// <summary>Runs a command to its end, with variables in its environment.</summary>
    public static Task<CommandResult> RunAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        EndAsync(Start(environment, arguments), $"hashdb {string.Join(' ', arguments)}");

    /// <summary>Runs a line of the shell, for which <c>$HASHDB</c> is the command and <c>$1</c>, <c>$2</c>, ... are texts.</summary>
    public static Task<CommandResult> ShellAsync(string line, params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", ["-c", line, "bash", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["HASHDB"] = Executable;
        return EndAsync(Process.Start(start).ShouldNotBeNull(), line);
    }

    private static async Task<CommandResult> EndAsync(Process started, string name)
    {
        using Process process = started;
        Task<string> error = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        using var timeout = new CancellationTokenSource(Timeout);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"{name} did not end within {Timeout}.");
        }

        return new CommandResult(process.ExitCode, await output, await error);
    }

    /// <summary>Runs a command that must succeed, with --json, and returns its lines.</summary>
    public static async Task<IReadOnlyList<JsonElement>> JsonAsync(params string[] arguments)
    {
        CommandResult result = await RunAsync([.. arguments, "--json"]);
        result.ExitCode.ShouldBe(0, result.Error);
        return result.Lines;
    }

    /// <summary>Starts a command whose output is read by the caller.</summary>
    public static Process Start(params string[] arguments) => Start(new Dictionary<string, string>(), arguments);

    private static Process Start(IReadOnlyDictionary<string, string> environment, string[] arguments)
    {
        var start = new ProcessStartInfo(Executable, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        return Process.Start(start).ShouldNotBeNull();
    }
}
