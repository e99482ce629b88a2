// The engine end to end, on real files: `engine [DIRECTORY]`. Every figure stands beside what it is compared with, measured in
// the same run; compare ratios, not absolutes.
using System.Diagnostics;

namespace HashDb.Benchmarks;

internal static class EngineBenchmark
{
    public static Task RunAsync(string[] arguments, TextWriter output) => InFolderAsync(arguments, async directory =>
    {
        var report = new Report(output);
        await ImportBenchmark.RunAsync(directory, report);
        LogBenchmark.Run(directory, report);
        await ProbeBenchmark.RunAsync(directory, report);
    });

    /// <summary>Runs something in a new folder, the one that is named or one of its own, and removes the folder.</summary>
    public static async Task InFolderAsync(string[] arguments, Func<string, Task> benchmark)
    {
        string directory = arguments.Length > 0 ? arguments[0] : Path.Combine(Path.GetTempPath(), "hashdb-benchmark");
        if (Directory.Exists(directory))
            throw new ArgumentException($"{directory} exists; name a folder that does not.", nameof(arguments));
        Directory.CreateDirectory(directory);
        try
        {
            await benchmark(directory);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
