// An import in a process of its own, killed with SIGKILL: no handler runs, no buffer is flushed, no file is closed.
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace HashDb.Cli.Demo;

internal static class ChildImport
{
    /// <summary>128 + 9: how a shell and .NET report a process that SIGKILL ended.</summary>
    public const int KilledExitCode = 137;

    /// <summary>Imports rows in a child process and kills it when it has acknowledged enough of them.</summary>
    /// <param name="folder">The demo's folder.</param>
    /// <param name="collection">Name of the collection.</param>
    /// <param name="images">The pictures.</param>
    /// <param name="firstRow">The first row to import; a row's number is its id.</param>
    /// <param name="batchSize">Rows in a batch.</param>
    /// <param name="killAfter">The acknowledged rows at which the child is killed.</param>
    /// <param name="report">Told of the acknowledged rows.</param>
    /// <param name="cancellationToken">Kills the child at once.</param>
    /// <returns>Rows that the child acknowledged before it died.</returns>
    public static async Task<int> RunAndKillAsync(
        DemoFolder folder, string collection, ImageSet images, int firstRow, int batchSize, int killAfter, Action<double> report,
        CancellationToken cancellationToken)
    {
        using Process child = Start(
        [
            "import", folder.Database, collection,
            "--features", images.ImagesPath,
            "--labels", images.LabelsPath,
            "--rows", string.Create(CultureInfo.InvariantCulture, $"{firstRow}..{images.Count}"),
            "--batch", batchSize.ToString(CultureInfo.InvariantCulture),
            "--json",
        ]);
        await using CancellationTokenRegistration registration = cancellationToken.Register(() => Kill(child));
        Task<string> messages = child.StandardError.ReadToEndAsync(CancellationToken.None);
        int acknowledged = 0;
        bool killed = false;

        // Read to the end: what the child acknowledged between our decision and its death counts too.
        while (await child.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line)
        {
            if (!TryReadAcknowledged(line, out int count))
                continue;
            acknowledged = count;
            report(acknowledged);
            if (!killed && acknowledged >= killAfter)
            {
                Kill(child);
                killed = true;
            }
        }

        await child.WaitForExitAsync(CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        if (child.ExitCode != KilledExitCode)
        {
            throw new InvalidOperationException(
                $"The child was to die of SIGKILL in the middle of its import, but ended with exit code {child.ExitCode} after "
                + $"{acknowledged} rows. {await messages}");
        }

        return acknowledged;
    }

    private static Process Start(IReadOnlyList<string> arguments)
    {
        // Under 'dotnet hashdb.dll' the process is dotnet, which must be told the assembly; otherwise it is hashdb itself.
        string self = Environment.ProcessPath ?? throw new InvalidOperationException("The path of this process is not known.");
        var start = new ProcessStartInfo(self) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(self).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
            start.ArgumentList.Add(typeof(ChildImport).Assembly.Location);
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start) ?? throw new InvalidOperationException($"{self} could not be started.");
    }

    // A line that was cut off by the kill is no acknowledgement.
    private static bool TryReadAcknowledged(string line, out int count)
    {
        count = 0;
        try
        {
            using JsonDocument json = JsonDocument.Parse(line);
            return json.RootElement.TryGetProperty("acknowledged", out JsonElement value) && value.TryGetInt32(out count);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended already.
        }
    }
}
