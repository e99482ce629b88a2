// Batches of given hashcodes, by their length and radius: `radius [ROWS [SECONDS [BITS]]]` prints the rate of each with the way that was
// taken, and compares the first answers with a plain scan. `radius-peer FOLDER BITS uniform|clustered ROWS` is what benchmarks/peers talks
// to: it writes the codes, then reads lines "RADIUS SECONDS ANSWERS", and writes a line of JSON for each.
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace HashDb.Benchmarks;

internal static class RadiusBenchmark
{
    private const int Compared = 50;

    private static readonly (int Bits, int[] Radii)[] Settings =
        [(32, [0, 1, 2, 3, 4]), (64, [2, 4, 6, 8]), (128, [8, 16]), (256, [16, 32]), (512, [32, 64])];

    public static async Task RunAsync(string[] arguments, TextWriter output)
    {
        int rows = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 1_000_000;
        double seconds = arguments.Length > 1 ? double.Parse(arguments[1], CultureInfo.InvariantCulture) : 0.5;
        int? only = arguments.Length > 2 ? int.Parse(arguments[2], CultureInfo.InvariantCulture) : null;
        output.WriteLine(
            $"{rows:N0} rows, batches of {RadiusSet.Batch:N0} hashcodes, {Environment.ProcessorCount} cores; "
            + $"the first {Compared} answers compared with a plain scan");
        foreach ((int bits, int[] radii) in Settings.Where(setting => only is null || setting.Bits == only))
        {
            foreach (bool isClustered in (bool[])[false, true])
            {
                await EngineBenchmark.InFolderAsync([], async folder =>
                {
                    await using RadiusSet set = await RadiusSet.CreateAsync(Path.Combine(folder, "radius"), bits, isClustered, rows);
                    foreach (int radius in radii)
                        await MeasureAsync(set, isClustered, radius, seconds, output);
                });
            }
        }
    }

    public static async Task ServeAsync(string folder, string bits, string data, string rows)
    {
        Directory.CreateDirectory(folder);
        await using RadiusSet set = await RadiusSet.CreateAsync(
            Path.Combine(folder, "db"), int.Parse(bits, CultureInfo.InvariantCulture), data == "clustered",
            int.Parse(rows, CultureInfo.InvariantCulture));
        await File.WriteAllBytesAsync(Path.Combine(folder, "codes.u8"), set.Codes);
        await WriteAsync(new { rows = set.Rows });
        while (await Console.In.ReadLineAsync() is { } line)
        {
            string[] words = line.Split(' ');
            int radius = int.Parse(words[0], CultureInfo.InvariantCulture);
            byte[] queries = set.Queries(radius);
            (int batches, double seconds, HashcodeProbeResult last) =
                await set.MeasureAsync(queries, radius, double.Parse(words[1], CultureInfo.InvariantCulture));
            if (words[2] != "-")
            {
                await File.WriteAllBytesAsync(words[2] + ".queries", queries);
                await File.WriteAllBytesAsync(words[2] + ".offsets", MemoryMarshal.AsBytes(last.Offsets.Span).ToArray());
                await File.WriteAllBytesAsync(words[2] + ".ids", MemoryMarshal.AsBytes(last.Ids.Span).ToArray());
                await File.WriteAllBytesAsync(words[2] + ".distances", MemoryMarshal.AsBytes(last.Distances.Span).ToArray());
            }
            await WriteAsync(new { queries = batches * RadiusSet.Batch, seconds, way = Way(last) });
        }
    }

    private static async Task MeasureAsync(RadiusSet set, bool isClustered, int radius, double seconds, TextWriter output)
    {
        byte[] queries = set.Queries(radius);

        // Until the tables are made that pay.
        (_, _, HashcodeProbeResult first) = await set.MeasureAsync(queries, radius, 0.1);
        string right = set.IsRight(first, queries, radius, Compared) ? "right" : "WRONG";
        (int batches, double took, HashcodeProbeResult last) = await set.MeasureAsync(queries, radius, seconds);
        bool isSame = last.Ids.Span.SequenceEqual(first.Ids.Span) && last.Distances.Span.SequenceEqual(first.Distances.Span);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{set.Bits,4} bits {(isClustered ? "clustered" : "uniform"),-9} radius {radius,2}: {batches * RadiusSet.Batch / took,12:N0} "
            + $"queries/s, {last.Ids.Length / (double)RadiusSet.Batch,8:N1} hits a query, {Way(last)}, {right}"
            + $"{(isSame ? "" : ", CHANGED")}; index {set.Collection.GetStatistics().PostingMemoryBytes >> 20:N0} MiB"));
        output.Flush();
    }

    private static string Way(HashcodeProbeResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"{result.Statistics.Strategy} of {result.Statistics.Probes / (double)RadiusSet.Batch:N0} keys or codes");

    private static async Task WriteAsync<T>(T line)
    {
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(line));
        await Console.Out.FlushAsync();
    }
}
