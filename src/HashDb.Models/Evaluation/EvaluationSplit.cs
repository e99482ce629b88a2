using HashDb.Models.Data;
using HashDb.Models.Numerics;

namespace HashDb.Models.Evaluation;

/// <summary>A random division of rows into queries, training rows and a database. Immutable.</summary>
public sealed class EvaluationSplit
{
    private readonly int[] _queries;
    private readonly int[] _training;
    private readonly int[] _database;

    private EvaluationSplit(int[] queries, int[] training, int[] database)
    {
        _queries = queries;
        _training = training;
        _database = database;
    }

    /// <summary>Rows that are searched for, ascending.</summary>
    public ReadOnlyMemory<int> Queries => _queries;

    /// <summary>Rows that a model is trained on, ascending.</summary>
    public ReadOnlyMemory<int> Training => _training;

    /// <summary>All other rows, which are searched, ascending.</summary>
    public ReadOnlyMemory<int> Database => _database;

    /// <summary>Divides rows at random.</summary>
    /// <param name="rowCount">Number of rows.</param>
    /// <param name="queryCount">How many become queries.</param>
    /// <param name="trainingCount">How many become training rows; the rest is the database.</param>
    /// <param name="seed">Seed of the division.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative, or no row is left for the database.</exception>
    public static EvaluationSplit Create(int rowCount, int queryCount, int trainingCount, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(queryCount, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(trainingCount);
        if ((long)queryCount + trainingCount >= rowCount)
        {
            throw new ArgumentOutOfRangeException(
                nameof(rowCount), rowCount,
                $"{queryCount} queries and {trainingCount} training rows leave nothing of {rowCount} rows to search.");
        }

        int[] rows = new int[rowCount];
        for (int i = 0; i < rowCount; i++)
            rows[i] = i;
        new SeededRandom(seed).Shuffle<int>(rows);
        return new EvaluationSplit(
            Sorted(rows.AsSpan(0, queryCount)),
            Sorted(rows.AsSpan(queryCount, trainingCount)),
            Sorted(rows.AsSpan(queryCount + trainingCount)));
    }

    /// <summary>The training rows as a matrix of their own.</summary>
    public FeatureMatrix TrainingVectors(FeatureMatrix vectors)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        float[] values = new float[_training.Length * vectors.Dimensions];
        vectors.Gather(_training, values);
        return new FeatureMatrix(values, vectors.Dimensions);
    }

    private static int[] Sorted(ReadOnlySpan<int> rows)
    {
        int[] sorted = rows.ToArray();
        Array.Sort(sorted);
        return sorted;
    }
}
