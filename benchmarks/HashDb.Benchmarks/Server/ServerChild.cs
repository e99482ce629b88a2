// A server in a process of its own, so that its memory and its garbage are its own: `server-child DIRECTORY`. Prints where it
// listens; then answers the line "memory" with its managed memory after a collection, until its input ends.
using System.Diagnostics;
using System.Globalization;
using HashDb.Server;

namespace HashDb.Benchmarks;

internal sealed class ServerChild : IAsyncDisposable
{
    private ServerChild(Process process, string endPoint)
    {
        Process = process;
        EndPoint = endPoint;
    }

    public Process Process { get; }

    public string EndPoint { get; }

    public string Address => $"hashdb://{EndPoint}";

    public static async Task<ServerChild> StartAsync(string directory)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(ServerChild).Assembly.Location);
        start.ArgumentList.Add("server-child");
        start.ArgumentList.Add(directory);
        Process process = Process.Start(start)!;
        string endPoint = await process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException("The server ended before it listened.");
        return new ServerChild(process, endPoint);
    }

    /// <summary>The body of the child.</summary>
    public static async Task RunAsync(string directory)
    {
        await using HashDbServer server = await HashDbServer.StartAsync(new HashDbServerOptions
        {
            DataDirectory = directory,
            ListenAddress = "127.0.0.1:0",
            HttpAddress = HashDbServerOptions.Off,
            MaxConnections = 4_096,
        });
        Console.WriteLine(server.EndPoint);
        while (await Console.In.ReadLineAsync() is not null)
            Console.WriteLine(GC.GetTotalMemory(forceFullCollection: true).ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Managed memory of the server, and all that the system counts as its own.</summary>
    public async Task<(long Managed, long Resident)> MeasureMemoryAsync()
    {
        await Process.StandardInput.WriteLineAsync("memory");
        long managed = long.Parse((await Process.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        Process.Refresh();
        return (managed, Process.WorkingSet64);
    }

    public async ValueTask DisposeAsync()
    {
        Process.StandardInput.Close();
        await Process.WaitForExitAsync();
        Process.Dispose();
    }
}
