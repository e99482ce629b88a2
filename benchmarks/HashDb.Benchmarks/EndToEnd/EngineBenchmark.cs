// The engine end to end, on real files: `engine [DIRECTORY]`. Every figure stands beside what it is compared with, measured in
// the same run; compare ratios, not absolutes.
using System.Diagnostics;
using HashDb.Models;
using HashDb.Storage;

namespace HashDb.Benchmarks;

internal static class EngineBenchmark
{
    public static async Task RunAsync(string[] arguments, TextWriter output)
    {
        string directory = arguments.Length > 0 ? arguments[0] : Path.Combine(Path.GetTempPath(), "hashdb-benchmark");
        if (Directory.Exists(directory))
            throw new ArgumentException($"{directory} exists; name a folder that does not.", nameof(arguments));
        Directory.CreateDirectory(directory);
        var report = new Report(output);
        try
        {
            await ImportBenchmark.RunAsync(directory, report);
            LogBenchmark.Run(directory, report);
            await ProbeBenchmark.RunAsync(directory, report);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
