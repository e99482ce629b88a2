// One healthy client of a server beside many that mean harm: scripts/hostile-mix.sh starts the server and this on one core, and this starts
// the attackers (HostileAttack.cs) on the other. Measured are the healthy client's times without and with attack, and what the attack has
// made the server hold: memory at its most, descriptors and threads when it is over.
using System.Diagnostics;
using System.Globalization;
using HashDb.Client;
using HashDb.Models;
using HashDb.Models.Kinds.Lsh;
using HashDb.Server;

namespace HashDb.Benchmarks;

internal static class HostileMix
{
    public const string Collection = "items";
    public const int Dimensions = 64;
    private const int Stored = 20_000;
    private const int RecordsPerInsert = 2_000;
    private const double AllowedMilliseconds = 10;
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Arguments: address, process of the server, token of an admin, token that may read, minutes, names of attacks (all without).
    /// </summary>
    /// <returns>0 when every bound held.</returns>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output)
    {
        (string endPoint, string admin, string read) = (arguments[0], arguments[2], arguments[3]);
        using Process server = Process.GetProcessById(int.Parse(arguments[1], CultureInfo.InvariantCulture));
        TimeSpan duration = TimeSpan.FromMinutes(double.Parse(arguments[4], CultureInfo.InvariantCulture));
        await using HashDbConnection owner =
            await HashDbClient.ConnectAsync($"hashdb://{endPoint}", new HashDbConnectionOptions { Token = admin, PoolSize = 1 });
        LshModel model = LshTrainer.Train(new LshOptions { BitCount = 16, Seed = 3, Preprocessing = PreprocessingOrder.Unit }, Dimensions);
        HashDbCollection stored = await owner.CreateCollectionAsync(Collection, new CollectionOptions(model));
        for (int first = 0; first < Stored; first += RecordsPerInsert)
            await stored.InsertAsync([.. Enumerable.Range(first, RecordsPerInsert).Select(Record)]);

        await MeasureAsync(owner, TimeSpan.FromSeconds(5));
        (double quiet, string quietParts) = await MeasureAsync(owner, Quiet);
        (int descriptors, int threads) = Count(server);
        long before = Resident(server);
        long most = 0;
        using Process attack = Process.Start(new ProcessStartInfo(
            "taskset", ["-c", "1", Environment.ProcessPath!, "hostile-attack", endPoint, read, .. arguments[5..]])
        { RedirectStandardInput = true })!;
        using var watching = new CancellationTokenSource();
        Task watch = Task.Run(async () =>
        {
            while (!watching.IsCancellationRequested)
            {
                most = Math.Max(most, Resident(server));
                await Task.Delay(20);
            }
        });
        await Task.Delay(TimeSpan.FromSeconds(2));
        (double attacked, string attackedParts) = await MeasureAsync(owner, duration);
        await watching.CancelAsync();
        await watch;
        attack.Kill();
        await attack.WaitForExitAsync();
        await Task.Delay(Settling);
        (int descriptorsAfter, int threadsAfter) = Count(server);

        var options = new HashDbServerOptions();
        // docs/SERVER.md has the sum.
        long bound = options.RequestMemoryBytes + options.MaxConnections * 6_500L * 1024;
        double allowed = Math.Max(2 * quiet, AllowedMilliseconds);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            healthy client, 99th of a hundred     {quiet:F2} ms quiet, {attacked:F2} ms under attack; allowed {allowed:F2} ms
              quiet                               {quietParts}
              under attack                        {attackedParts}
            memory of the server                  {before >> 20} MiB before, at most {most >> 20} MiB; bound {(before + bound) >> 20} MiB
            descriptors                           {descriptors} before, {descriptorsAfter} after
            threads                               {threads} before, {threadsAfter} after
            """));
        bool isWithin = attacked <= allowed && most <= before + bound
            && descriptorsAfter <= descriptors + 8 && threadsAfter <= threads + 8;
        output.WriteLine(isWithin ? "every bound held" : "A BOUND WAS BROKEN");
        return isWithin ? 0 : 1;
    }

    public static float[] Vector(int number)
    {
        var random = new Random(number);
        float[] vector = new float[Dimensions];
        for (int i = 0; i < vector.Length; i++)
            vector[i] = random.NextSingle() - 0.5f;
        return vector;
    }

    private static VectorRecord Record(int number) => new() { Id = new VectorId((ulong)number), Vector = Vector(number) };

    /// <summary>Searches one after another, and an upsert now and then.</summary>
    /// <returns>The 99th of a hundred times, in milliseconds, and the times of the two kinds.</returns>
    private static async Task<(double Milliseconds, string Parts)> MeasureAsync(HashDbConnection client, TimeSpan duration)
    {
        HashDbCollection collection = await client.GetCollectionAsync(Collection);
        var searches = new List<double>();
        var upserts = new List<double>();
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; Stopwatch.GetElapsedTime(started) < duration; i++)
        {
            VectorRecord record = Record(i % Stored);
            bool isUpsert = i % 20 == 0;
            long asked = Stopwatch.GetTimestamp();
            if (isUpsert)
                await collection.UpsertAsync(record);
            else
                await collection.SearchAsync(record.Vector);
            (isUpsert ? upserts : searches).Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
        }

        return (Percentile([.. searches, .. upserts], .99), $"searches {Describe(searches)}; upserts {Describe(upserts)}");
    }

    private static string Describe(List<double> times) => string.Create(
        CultureInfo.InvariantCulture,
        $"{times.Count}: median {Percentile(times, .5):F2}, 99th {Percentile(times, .99):F2}, most {Percentile(times, 1):F2} ms");

    private static double Percentile(List<double> times, double part)
    {
        times.Sort();
        return times[Math.Min(times.Count - 1, (int)(times.Count * part))];
    }

    private static (int Descriptors, int Threads) Count(Process server) =>
        (Directory.GetFileSystemEntries($"/proc/{server.Id}/fd").Length, Directory.GetDirectories($"/proc/{server.Id}/task").Length);

    private static long Resident(Process server)
    {
        string line = File.ReadLines($"/proc/{server.Id}/status").First(text => text.StartsWith("VmRSS", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
