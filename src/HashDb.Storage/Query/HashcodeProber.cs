// A probe for many given hashcodes: all items within a radius of each, into one flat buffer. Works on one leased state, and on the rows
// that were published when it began.
using System.Diagnostics;
using HashDb.Models.Kinds.Cells;
using HashDb.Storage.Index;
using HashDb.Storage.Snapshot;
using HashDb.Storage.Substrings;

namespace HashDb.Storage.Query;

internal static class HashcodeProber
{
    private const int CodesPerTake = 256;
    private const int EntriesPerTake = 1 << 16;

    /// <summary>Refuses a collection whose hashcodes have no distances.</summary>
    /// <exception cref="HashDbException"><see cref="HashDbErrorCode.InvalidArgument"/>.</exception>
    public static void CheckModel(CollectionState state)
    {
        if (state.Model is CellsModel)
            throw Searcher.CellsHaveNoRadius("A probe", "Search with a target recall");
    }

    /// <summary>Probes for hashcodes one after another.</summary>
    /// <param name="state">What is asked.</param>
    /// <param name="hashcodes">Packed, checked.</param>
    /// <param name="options">Radius and filter.</param>
    /// <param name="way">How hashcodes are found.</param>
    /// <param name="enoughHits">Stops after the hashcode with which there are so many hits; the first is always answered.</param>
    /// <param name="total">The hits of the whole call.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static HashcodeAnswers Probe(
        CollectionState state, ReadOnlySpan<byte> hashcodes, ProbeOptions options, ProbeWay way, long enoughHits, HitTotal total,
        CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        PostingShape shape = state.Shape;
        int count = hashcodes.Length / shape.RowBytes;
        int radius = Math.Min(options.Radius, shape.BitCount);
        using var selection = new RowSelection(state, options.Filter?.Matcher);
        var answers = new HashcodeAnswers(count, total) { CompleteRadius = radius };
        if (RadiusPlanner.TryBegin(state, selection.VisibleRows, radius, count, way, cancellationToken) is not { } walk)
        {
            FromLists(state, selection, hashcodes, radius, way, enoughHits, answers, cancellationToken);
        }
        else
        {
            try
            {
                FromSegments(state, walk, selection, hashcodes, enoughHits, answers, cancellationToken);
            }
            finally
            {
                SubstringWalk.Return(walk);
            }
        }
        answers.Filtered = selection.Filter?.Read ?? 0;
        answers.Elapsed = Stopwatch.GetElapsedTime(started);
        return answers;
    }

    private static void FromSegments(
        CollectionState state, SubstringWalk walk, in RowSelection selection, ReadOnlySpan<byte> hashcodes, long enoughHits,
        HashcodeAnswers answers, CancellationToken cancellationToken)
    {
        int rowBytes = state.Shape.RowBytes;
        bool hasTables = state.Shape.TableCount > 1;
        for (int from = 0; from < hashcodes.Length && answers.Hits.HitCount < enoughHits;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            walk.Clear();
            for (; from < hashcodes.Length && walk.QueryCount < CodesPerTake && walk.EntryCount < EntriesPerTake; from += rowBytes)
                walk.Ask(hashcodes.Slice(from, rowBytes));
            walk.Flush();
            for (int query = 0, offset = 0; query < walk.QueryCount && answers.Hits.HitCount < enoughHits; query++)
            {
                Span<ulong> entries = walk.Take(query, ref offset);
                Add(state, selection, hasTables ? Distinct(entries) : entries, answers.Hits);
            }
        }
        answers.Strategy = walk.Strategy;
        answers.Probes = walk.Probes;
        answers.Buckets = walk.Buckets;
    }

    private static void FromLists(
        CollectionState state, in RowSelection selection, ReadOnlySpan<byte> hashcodes, int radius, ProbeWay way, long enoughHits,
        HashcodeAnswers answers, CancellationToken cancellationToken)
    {
        int rowBytes = state.Shape.RowBytes;
        for (int from = 0; from < hashcodes.Length && answers.Hits.HitCount < enoughHits; from += rowBytes)
        {
            CandidateSet set = CandidateSet.Rent();
            try
            {
                EncodedQuery query = set.Query.Take(state.Shape, hashcodes.Slice(from, rowBytes));
                RadiusGatherer.GatherFromLists(state, selection, query, radius, way, set, cancellationToken);
                Add(state, selection.Unfiltered, set.Entries, answers.Hits);
                answers.Strategy = set.Strategy;
                answers.Probes += set.Probes;
                answers.Buckets += set.BucketCount;
            }
            finally
            {
                CandidateSet.Return(set);
            }
        }
    }

    private static void Add(CollectionState state, in RowSelection selection, ReadOnlySpan<ulong> entries, HitColumns hits)
    {
        hits.Reserve(entries.Length);
        foreach (ulong entry in entries)
        {
            uint row = PostingBuffer.RowOf(entry);
            if (selection.Contains(row))
                hits.Add(state.Records.IdOf(row), PostingBuffer.DistanceOf(entry));
        }
        hits.EndCode();
    }

    /// <summary>Keeps of each row the entry of the nearest hash table.</summary>
    private static Span<ulong> Distinct(Span<ulong> entries)
    {
        entries.Sort();
        int kept = 0;
        foreach (ulong entry in entries)
        {
            if (kept == 0 || PostingBuffer.RowOf(entry) != PostingBuffer.RowOf(entries[kept - 1]))
                entries[kept++] = entry;
        }
        return entries[..kept];
    }
}
