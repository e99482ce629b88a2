// The statistics of one query as a nested array: [complete radius, strategy, probes, buckets, candidates, re-ranked, elapsed in
// units of 100 ns, generation, plan, estimated, expected recall or nil, is exact, filtered, fields whose indexes were used or nil].
using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol;

internal static class SearchStatisticsFields
{
    public static void Write(ref MessagePackWriter writer, SearchStatistics? statistics)
    {
        if (statistics is null)
        {
            writer.WriteNil();
            return;
        }
        writer.WriteArrayHeader(14);
        writer.Write(statistics.CompleteRadius);
        writer.Write((int)statistics.Strategy);
        writer.Write(statistics.Probes);
        writer.Write(statistics.Buckets);
        writer.Write(statistics.Candidates);
        writer.Write(statistics.Reranked);
        writer.Write(statistics.Elapsed.Ticks);
        writer.Write(statistics.Generation);
        writer.Write((int)statistics.Plan);
        writer.Write(statistics.Estimated);
        if (statistics.ExpectedRecall is { } recall)
            writer.Write(recall);
        else
            writer.WriteNil();
        writer.Write(statistics.IsExact);
        writer.Write(statistics.Filtered);
        if (statistics.Indexes is not { } indexes)
        {
            writer.WriteNil();
            return;
        }
        writer.WriteArrayHeader(indexes.Count);
        foreach (string field in indexes)
            writer.WriteText(field);
    }

    public static SearchStatistics? Read(ref BodyReader body)
    {
        if (body.TryReadNil())
            return null;
        int outer = body.Enter("statistics", out _);
        var statistics = new SearchStatistics
        {
            CompleteRadius = body.ReadInt32("complete radius"),
            Strategy = (ProbeStrategy)body.ReadInt32("strategy", (int)ProbeStrategy.Automatic, (int)ProbeStrategy.Scan),
            Probes = body.ReadInt64("probes"),
            Buckets = body.ReadInt32("buckets"),
            Candidates = body.ReadInt32("candidates"),
            Reranked = body.ReadInt32("re-ranked"),
            Elapsed = TimeSpan.FromTicks(body.ReadInt64("elapsed", 0)),
            Generation = body.ReadInt64OrDefault("generation", 0),
            Plan = body.HasNext ? (SearchPlan)body.ReadInt32("plan", (int)SearchPlan.Buckets, (int)SearchPlan.Exact) : SearchPlan.Buckets,
            Estimated = body.ReadInt64OrDefault("estimated", 0),
            ExpectedRecall = body.TryReadNil() ? null : body.ReadDouble("expected recall"),
            IsExact = body.HasNext && body.ReadBoolean("is exact"),
            Filtered = body.ReadInt64OrDefault("filtered", 0),
            Indexes = ReadIndexes(ref body),
        };
        body.Leave(outer);
        return statistics;
    }

    /// <summary>The statistics of one query that was answered in two parts.</summary>
    public static SearchStatistics Sum(SearchStatistics left, SearchStatistics right) => right with
    {
        CompleteRadius = Math.Min(left.CompleteRadius, right.CompleteRadius),
        Probes = left.Probes + right.Probes,
        Buckets = (int)Math.Min((long)left.Buckets + right.Buckets, int.MaxValue),
        Candidates = (int)Math.Min((long)left.Candidates + right.Candidates, int.MaxValue),
        Filtered = left.Filtered + right.Filtered,
        Elapsed = left.Elapsed + right.Elapsed,
    };

    private static string[]? ReadIndexes(ref BodyReader body)
    {
        if (!body.HasNext || body.TryReadNil())
            return null;
        int outer = body.Enter("indexes", out int count);
        if (count > StorageLimits.MaxIndexCount)
            throw new ProtocolException($"{count} indexes were used; a collection has at most {StorageLimits.MaxIndexCount}.");
        string[] fields = new string[count];
        for (int i = 0; i < count; i++)
            fields[i] = body.ReadText("field");
        body.Leave(outer);
        return fields;
    }
}
