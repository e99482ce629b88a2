// Starts a worker as a process of its own and kills it. The worker is this program, run by the same .NET that runs the caller.
using System.Diagnostics;
using HashDb.Storage.Faults.Checks;

namespace HashDb.Storage.Faults.Killing;

internal sealed class WorkerProcess : IDisposable
{
    /// <summary>128 + SIGKILL.</summary>
    private const int KilledExitCode = 137;

    private readonly Process _process;
    private readonly Task _reading;
    private readonly Task<string> _errors;

    public WorkerProcess(WorkerOptions options)
    {
        var start = new ProcessStartInfo(DotnetPath()) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, typeof(WorkerProcess).Assembly.GetName().Name + ".dll"));
        start.ArgumentList.Add("worker");
        foreach (string argument in options.ToArguments())
            start.ArgumentList.Add(argument);
        Transcript = new Transcript(options.ChurnStep, options.GenerationSteps, options.LearnStep);
        _process = Process.Start(start) ?? throw new CheckFailedException("the worker did not start");
        _reading = Transcript.ReadAsync(_process.StandardOutput);
        _errors = _process.StandardError.ReadToEndAsync();
    }

    public Transcript Transcript { get; }

    /// <summary>Waits until the worker is ready, or has ended before it was.</summary>
    public Task ReadyOrEndedAsync() => Task.WhenAny(Transcript.Ready, _process.WaitForExitAsync());

    public async Task KillAsync()
    {
        _process.Kill();
        await EndAsync().ConfigureAwait(false);
    }

    /// <summary>Waits for a worker that kills itself.</summary>
    /// <returns>Its last line on standard error.</returns>
    public async Task<string> WaitForDeathAsync(TimeSpan atMost)
    {
        using var limit = new CancellationTokenSource(atMost);
        try
        {
            await _process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await KillAsync().ConfigureAwait(false);
            throw new CheckFailedException($"the worker did not reach its crash point within {atMost}");
        }
        return await EndAsync().ConfigureAwait(false);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private async Task<string> EndAsync()
    {
        await _process.WaitForExitAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        string errors = (await _errors.ConfigureAwait(false)).Trim();
        CheckFailedException.Unless(
            _process.ExitCode == KilledExitCode, $"the worker ended by itself with code {_process.ExitCode}: {errors}");
        return errors.Split('\n')[^1];
    }

    /// <summary>The program <c>dotnet</c> that belongs to the running runtime, three folders above its assemblies.</summary>
    internal static string DotnetPath()
    {
        string runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string beside = Path.GetFullPath(Path.Combine(runtime, "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        return File.Exists(beside) ? beside : "dotnet";
    }
}
