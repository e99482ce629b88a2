namespace HashDb.Storage.Tests.Support;

/// <summary>Compares a collection's answers with the oracle's.</summary>
internal static class Answers
{
    public static void ShouldAgree(Collection collection, OracleCollection oracle, float[] query, string context)
    {
        CollectionStatistics statistics = collection.GetStatistics();
        statistics.Count.ShouldBe(oracle.Records.Count, context);
        foreach (int radius in new[] { 0, 1, 2, collection.Model.BitCount / 4 })
        {
            List<ProbeHit> expected = oracle.Probe(query, radius);
            foreach (ProbeStrategy strategy in Strategies(collection, radius))
                collection.Probe(
                    query,
                    new ProbeOptions { Radius = radius, Strategy = strategy }).Hits.ShouldBe(
                        expected, $"{context}: probe radius {radius}, {strategy}");
            SearchShouldAgree(
                collection, query, new SearchOptions { Top = 5, Radius = radius }, oracle.SearchRadius(query, 5, radius), context);
        }
        foreach (int budget in new[] { 1, 7, 50, 100_000 })
            SearchShouldAgree(
                collection, query, new SearchOptions { Top = 3, CandidateLimit = budget }, oracle.SearchBudget(query, 3, budget), context);
    }

    public static void RecordShouldBe(VectorRecord? actual, VectorRecord? expected, string context)
    {
        (actual is null).ShouldBe(expected is null, context);
        if (actual is null || expected is null)
            return;
        actual.Id.ShouldBe(expected.Id, context);
        actual.Vector.ToArray().ShouldBe(expected.Vector.ToArray(), context);
        actual.Labels.ToArray().ShouldBe(expected.Labels.ToArray(), context);
        actual.Payload.ToArray().ShouldBe(expected.Payload.ToArray(), context);
    }

    private static void SearchShouldAgree(
        Collection collection,
        float[] query,
        SearchOptions options,
        (List<SearchHit> Hits, int Candidates, int CompleteRadius) expected,
        string context)
    {
        SearchResult? first = null;
        foreach (ProbeStrategy strategy in Strategies(collection, options.Radius ?? 2))
        {
            if (options.Radius is null && strategy == ProbeStrategy.Enumerate && collection.Model.BitCount > 16)
                continue;
            string what = $"{context}: search {options}, {strategy}";
            SearchResult actual = collection.Search(query, options with { Strategy = strategy });
            actual.Statistics.Candidates.ShouldBe(expected.Candidates, what);
            actual.Statistics.CompleteRadius.ShouldBe(expected.CompleteRadius, what);
            actual.Hits.Count.ShouldBe(expected.Hits.Count, what);
            for (int i = 0; i < actual.Hits.Count; i++)
                actual.Hits[i].Distance.ShouldBe(expected.Hits[i].Distance, 1e-4, what);
            // Distances are sums of float32, the oracle's of float64, so near ties may swap; between the strategies nothing may.
            first ??= actual;
            actual.Hits.ShouldBe(first.Hits, what);
        }
    }

    private static IEnumerable<ProbeStrategy> Strategies(Collection collection, int radius)
    {
        yield return ProbeStrategy.Scan;
        yield return ProbeStrategy.Automatic;
        if (radius <= 4)
            yield return ProbeStrategy.Enumerate;
    }
}
