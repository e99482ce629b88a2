// What a probe and a comparison cost on this machine, measured once per process in a few milliseconds. Only their ratio is
// used, and only to choose a strategy; both give the same answer.
using System.Diagnostics;
using System.Numerics;
using HashDb.Storage.Index;

namespace HashDb.Storage.Query;

internal readonly record struct ProbeCosts(double NanosecondsPerProbe, double NanosecondsPerComparison)
{
    private static readonly Lazy<ProbeCosts> Measured = new(Measure);

    public static ProbeCosts OfThisMachine => Measured.Value;

    private static ProbeCosts Measure()
    {
        const int Codes = 1 << 16;
        const int KeyBits = 32;
        const int Rounds = 3;
        var filter = new OccupancyFilter(KeyBits, Codes);
        var directory = new HashcodeDirectory();
        for (uint i = 0; i < Codes; i++)
        {
            ulong code = i * 2_654_435_761u;
            filter.Add(code & uint.MaxValue);
            directory.Add(code & uint.MaxValue);
        }
        double probe = double.MaxValue;
        double comparison = double.MaxValue;
        var hits = new List<BucketHit>();
        for (int round = 0; round < Rounds; round++)
        {
            hits.Clear();
            long started = Stopwatch.GetTimestamp();
            for (int radius = 0; radius <= 3; radius++)
                BucketFinder.Enumerate(filter, KeyBits, 12_345, radius, 0, (ushort)radius, hits);
            probe = Math.Min(probe, Stopwatch.GetElapsedTime(started).TotalNanoseconds / HammingBall.Size(KeyBits, 3));
            started = Stopwatch.GetTimestamp();
            BucketFinder.Scan(directory, 12_345, 0, 2, 0, hits);
            comparison = Math.Min(comparison, Stopwatch.GetElapsedTime(started).TotalNanoseconds / Codes);
        }
        return new ProbeCosts(probe, comparison);
    }
}
