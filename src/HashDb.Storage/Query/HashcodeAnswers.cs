namespace HashDb.Storage.Query;

/// <summary>What a probe for some hashcodes has found, and what it took.</summary>
internal sealed class HashcodeAnswers(int codeCount, HitTotal total)
{
    public HitColumns Hits { get; } = new(codeCount, total);

    public int CompleteRadius { get; init; }

    public ProbeStrategy Strategy { get; set; } = ProbeStrategy.Enumerate;

    public long Probes { get; set; }

    public long Buckets { get; set; }

    public long Filtered { get; set; }

    public TimeSpan Elapsed { get; set; }

    /// <summary>Adds what was found for the hashcodes that follow.</summary>
    public void Append(HashcodeAnswers next)
    {
        Hits.Append(next.Hits);
        Strategy = next.Strategy;
        Probes += next.Probes;
        Buckets += next.Buckets;
        Filtered += next.Filtered;
    }

    public HashcodeProbeResult ToResult(long generation) => new()
    {
        Offsets = Hits.Offsets,
        Ids = Hits.Ids,
        Distances = Hits.Distances,
        Statistics = new SearchStatistics
        {
            Generation = generation,
            CompleteRadius = CompleteRadius,
            Strategy = Strategy,
            Probes = Probes,
            Buckets = (int)Math.Min(Buckets, int.MaxValue),
            Candidates = Hits.HitCount,
            Filtered = Filtered,
            Reranked = 0,
            Elapsed = Elapsed,
        },
    };
}
