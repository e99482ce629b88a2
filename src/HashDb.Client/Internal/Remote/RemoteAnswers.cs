// Puts answers of several frames together, and refuses those that do not fit the request.
using HashDb.Protocol;
using HashDb.Protocol.Messages;

namespace HashDb.Client.Internal.Remote;

internal static class RemoteAnswers
{
    public static ProbeResult Probe(IReadOnlyList<HitsAnswer<ProbeHit, ProbeHitCodec>> parts)
    {
        (IReadOnlyList<ProbeHit> hits, SearchStatistics statistics) = Join(parts, 0, parts.Count);
        return new ProbeResult { Hits = hits, Statistics = statistics };
    }

    public static SearchResult Search(IReadOnlyList<HitsAnswer<SearchHit, SearchHitCodec>> parts)
    {
        (IReadOnlyList<SearchHit> hits, SearchStatistics statistics) = Join(parts, 0, parts.Count);
        return new SearchResult { Hits = hits, Statistics = statistics };
    }

    public static IReadOnlyList<VectorRecord?> Records(IReadOnlyList<RecordsAnswer> parts, int count)
    {
        var records = new List<VectorRecord?>(count);
        foreach (RecordsAnswer part in parts)
            records.AddRange(part.Records);
        return records.Count == count
            ? records
            : throw new ProtocolException($"{count} ids were asked for; the answer is about {records.Count}.");
    }

    public static IReadOnlyList<VectorRecord> Listed(IReadOnlyList<RecordsAnswer> parts) =>
    [
        .. parts.SelectMany(static part => part.Records)
            .Select(static record => record ?? throw new ProtocolException("A record of a listing is missing.")),
    ];

    public static IReadOnlyList<BucketStatistics> Buckets(IReadOnlyList<BucketsAnswer> parts) =>
        parts.Count == 1 ? parts[0].Buckets : [.. parts.SelectMany(static part => part.Buckets)];

    /// <summary>Adds the results of a batch; those of one query may come in several entries, the last of which has statistics.</summary>
    public static void AddBatch<THit, TCodec, TResult>(
        IReadOnlyList<HitsBatchAnswer<THit, TCodec>> answers, int count, Func<IReadOnlyList<THit>, SearchStatistics, TResult> combine,
        List<TResult> results)
        where TCodec : IHitCodec<THit>
    {
        List<HitsAnswer<THit, TCodec>> parts = [.. answers.SelectMany(static answer => answer.Parts)];
        int before = results.Count;
        int start = 0;
        for (int i = 0; i < parts.Count; i++)
        {
            if (parts[i].Statistics is null)
                continue;
            (IReadOnlyList<THit> hits, SearchStatistics statistics) = Join(parts, start, i + 1 - start);
            results.Add(combine(hits, statistics));
            start = i + 1;
        }
        if (start != parts.Count || results.Count - before != count)
            throw new ProtocolException(
                $"{count} queries were sent; the answer has {results.Count - before} results, and {parts.Count - start} parts of another.");
    }

    private static (IReadOnlyList<THit> Hits, SearchStatistics Statistics) Join<THit, TCodec>(
        IReadOnlyList<HitsAnswer<THit, TCodec>> parts, int start, int count)
        where TCodec : IHitCodec<THit>
    {
        SearchStatistics statistics = parts[start + count - 1].Statistics
            ?? throw new ProtocolException("The last part of an answer has no statistics.");
        if (count == 1)
            return (parts[start].Hits, statistics);
        int total = 0;
        for (int i = 0; i < count; i++)
            total = checked(total + parts[start + i].Count);
        var hits = new THit[total];
        int used = 0;
        for (int i = 0; i < count; i++)
        {
            // Parts that were read hold exactly their own hits.
            ((THit[])parts[start + i].Hits).CopyTo(hits, used);
            used += parts[start + i].Count;
        }
        return (hits, statistics);
    }
}
