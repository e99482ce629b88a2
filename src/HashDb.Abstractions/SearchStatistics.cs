using System.Globalization;

namespace HashDb;

/// <summary>What a query cost and how complete its answer is.</summary>
public sealed record SearchStatistics
{
    /// <summary>Number of the generation that answered: all of the answer comes from it, under its model.</summary>
    public required long Generation { get; init; }

    /// <summary>
    /// Every live item whose hashcode lies within this many bits of the query's, in any table, was considered; -1 when not
    /// even the query's own bucket was taken whole.
    /// </summary>
    public required int CompleteRadius { get; init; }

    /// <summary>How the search went about it.</summary>
    public SearchPlan Plan { get; init; }

    /// <summary>How the buckets were found, never <see cref="ProbeStrategy.Automatic"/>.</summary>
    public required ProbeStrategy Strategy { get; init; }

    /// <summary>Hashcodes looked up or compared.</summary>
    public required long Probes { get; init; }

    /// <summary>Occupied buckets read.</summary>
    public required int Buckets { get; init; }

    /// <summary>Distinct live items gathered.</summary>
    public required int Candidates { get; init; }

    /// <summary>Rows whose distance was estimated from their sketches.</summary>
    public long Estimated { get; init; }

    /// <summary>Rows whose labels or fields were read for a filter.</summary>
    public long Filtered { get; init; }

    /// <summary>The fields of the filter whose indexes were used; empty when none was, null when there was no filter.</summary>
    public IReadOnlyList<string>? Indexes { get; init; }

    /// <summary>
    /// The share of the true nearest that a search like this finds, as measured on the collection's own rows; null when it was not.
    /// </summary>
    public double? ExpectedRecall { get; init; }

    /// <summary>True when every live row was compared: no nearer one exists.</summary>
    public bool IsExact { get; init; }

    /// <summary>Candidates whose exact distance was computed; zero for a probe.</summary>
    public required int Reranked { get; init; }

    /// <summary>Wall time of the query.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>What was done, in one sentence for people. Its words may change with any version.</summary>
    public string Explain()
    {
        string work = Plan switch
        {
            SearchPlan.Exact => Text($"all {Reranked:N0} vectors compared"),
            SearchPlan.Sketches => Text(
                $"{Buckets:N0} of {Probes:N0} cells scanned, {Estimated:N0} distances estimated, {Reranked:N0} vectors read"),
            _ => Text($"{Buckets:N0} buckets of {Probes:N0} hashcodes ({Strategy}), {Candidates:N0} candidates, ")
                + Text($"{Reranked:N0} vectors read, ")
                + (CompleteRadius < 0 ? "no radius complete" : Text($"complete within {CompleteRadius} bits")),
        };
        string recall = IsExact ? "exact"
            : ExpectedRecall is { } expected ? Text($"expected recall {expected:F3}")
            : "recall not measured";
        string filter = Indexes is null ? ""
            : (Indexes.Count == 0 ? "; filter without an index" : $"; filter by the index of {string.Join(", ", Indexes)}")
            + (Filtered > 0 ? Text($", which read the fields of {Filtered:N0} rows") : "");
        return Text($"{work}{filter}; {recall}; {Elapsed.TotalMilliseconds:F2} ms; generation {Generation}.");

        static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }
}
