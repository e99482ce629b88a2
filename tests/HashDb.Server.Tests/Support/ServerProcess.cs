using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace HashDb.Server.Tests.Support;

/// <summary>A real server: <c>hashdb serve</c> in a process of its own.</summary>
internal sealed class ServerProcess : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    private readonly Process _process;

    private ServerProcess(Process process, IPEndPoint endPoint, IPEndPoint? httpEndPoint)
    {
        _process = process;
        EndPoint = endPoint;
        HttpEndPoint = httpEndPoint;
    }

    public IPEndPoint EndPoint { get; }

    public IPEndPoint? HttpEndPoint { get; }

    /// <summary>Starts one and waits until it answers.</summary>
    public static async Task<ServerProcess> StartAsync(
        string directory, string listen = "127.0.0.1:0", IReadOnlyDictionary<string, string>? environment = null,
        string? shellFirst = null, string http = HashDbServerOptions.Off)
    {
        string program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "hashdb.exe" : "hashdb");
        string[] arguments = ["serve", directory, "--listen", listen, "--http", http, "--json"];

        // A shell sets the limits that the test wants, and becomes the server.
        ProcessStartInfo start = shellFirst is not null
            ? new ProcessStartInfo("/bin/sh", ["-c", $"{shellFirst} && exec \"$0\" \"$@\"", program, .. arguments])
            : new ProcessStartInfo(program, arguments);
        start.RedirectStandardOutput = true;
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        Process process = Process.Start(start).ShouldNotBeNull();
        string? line = await process.StandardOutput.ReadLineAsync().WaitAsync(Timeout);
        line.ShouldNotBeNull("the server ended before it listened");
        using JsonDocument started = JsonDocument.Parse(line);
        return new ServerProcess(
            process,
            IPEndPoint.Parse(started.RootElement.GetProperty("listening").GetString()!),
            started.RootElement.GetProperty("http").GetString() is { } bound ? IPEndPoint.Parse(bound) : null);
    }

    /// <summary>SIGKILL: nothing of the process runs any more.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Timeout);
    }

    /// <summary>SIGTERM, and the exit code that follows it.</summary>
    public async Task<int> TerminateAsync()
    {
        using Process kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        await _process.WaitForExitAsync().WaitAsync(Timeout);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
