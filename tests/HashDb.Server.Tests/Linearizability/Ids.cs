// Which ids and versions there are, for all threads of a workload: a few ids that they contend for, and one fresh id a thread.
namespace HashDb.Server.Tests.Linearizability;

internal sealed class Ids(int threads)
{
    /// <summary>Few enough that eight threads meet at each.</summary>
    public const int ContendedCount = 64;

    private const ulong FirstFresh = 1_000_000;

    private readonly long[] _versions = new long[ContendedCount];
    private readonly ulong[] _fresh = new ulong[threads];
    private long _freshTaken;

    public static IReadOnlyList<VectorId> Contended { get; } = [.. Enumerable.Range(0, ContendedCount).Select(i => new VectorId((ulong)i))];

    /// <summary>A version of a contended id that nobody has written yet.</summary>
    public long NextVersion(VectorId id) => Interlocked.Increment(ref _versions[id.Value]);

    /// <summary>The newest version that somebody has begun to write, or is about to; 0 before the first.</summary>
    public long NewestVersion(VectorId id) => Volatile.Read(ref _versions[id.Value]);

    /// <summary>Gives a thread an id that nobody has used.</summary>
    public VectorId TakeFresh(int thread)
    {
        ulong id = FirstFresh + (ulong)Interlocked.Increment(ref _freshTaken);
        Volatile.Write(ref _fresh[thread], id);
        return new VectorId(id);
    }

    /// <summary>Everything that may be stored now, as far as it is known to this thread.</summary>
    public List<VectorId> All()
    {
        var all = new List<VectorId>(Contended);
        for (int i = 0; i < _fresh.Length; i++)
        {
            if (Volatile.Read(ref _fresh[i]) is var id and not 0)
                all.Add(new VectorId(id));
        }
        return all;
    }

    /// <summary>True for a fresh id that its thread no longer uses.</summary>
    public bool IsDone(VectorId id) => id.Value >= FirstFresh && !_fresh.Contains(id.Value);
}
