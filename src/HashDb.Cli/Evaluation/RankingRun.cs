using System.Diagnostics;
using HashDb.Cli.Input;
using HashDb.Models;
using HashDb.Models.Data;
using HashDb.Models.Evaluation;

namespace HashDb.Cli.Evaluation;

/// <summary>Ranks rows by a model and takes the time of encoding.</summary>
internal static class RankingRun
{
    /// <summary>Queries encoded one at a time: enough for a steady mean, little time even for the slowest model.</summary>
    private const int TimedQueries = 500;

    /// <summary>Ranks queries against other rows, or each against the others.</summary>
    /// <param name="model">The model.</param>
    /// <param name="queries">Queries with labels.</param>
    /// <param name="searched">Rows to search, or null for the queries themselves.</param>
    /// <param name="cancellationToken">Stops the measurement.</param>
    public static RankingFigures Run(IHashModel model, LabelledRows queries, LabelledRows? searched, CancellationToken cancellationToken)
    {
        TimeSpan single = TimeOfOne(model, queries.Features, cancellationToken);
        long start = Stopwatch.GetTimestamp();
        HashcodeSet codes = HashcodeSet.Encode(model, queries.Features);
        TimeSpan batch = Stopwatch.GetElapsedTime(start) / queries.Count;
        cancellationToken.ThrowIfCancellationRequested();

        var options = new RankingEvaluationOptions();
        if (searched is null)
        {
            RankingEvaluationResult alone = RankingEvaluation.LeaveOneOut(codes, queries.Labels!, options, cancellationToken);
            return new RankingFigures(model.Kind, model.BitCount, model.TableCount, queries.Count - 1, alone, single, batch);
        }

        int[] queryRows = [.. Enumerable.Range(0, queries.Count)];
        int[] searchedRows = [.. Enumerable.Range(queries.Count, searched.Count)];
        LabelSet labels = LabelledRows.Concatenate(queries.Labels!, searched.Labels!);
        RankingEvaluationResult result = RankingEvaluation.Run(
            codes, queryRows, HashcodeSet.Encode(model, searched.Features), searchedRows, labels, options, cancellationToken);
        return new RankingFigures(model.Kind, model.BitCount, model.TableCount, searched.Count, result, single, batch);
    }

    private static TimeSpan TimeOfOne(IHashModel model, FeatureMatrix vectors, CancellationToken cancellationToken)
    {
        byte[] code = new byte[model.GetHashcodeByteCount()];
        int count = Math.Min(TimedQueries, vectors.Count);

        // Once for the compiler and the caches, once for the clock.
        TimeSpan time = TimeSpan.Zero;
        for (int round = 0; round < 2; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long start = Stopwatch.GetTimestamp();
            for (int row = 0; row < count; row++)
                model.Encode(vectors[row], 1, code);
            time = Stopwatch.GetElapsedTime(start) / count;
        }

        return time;
    }
}
