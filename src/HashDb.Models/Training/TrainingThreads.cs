namespace HashDb.Models.Training;

/// <summary>How many threads a training run takes.</summary>
internal static class TrainingThreads
{
    /// <summary>
    /// Options for the parallel loops. Without a bound the thread pool adds threads to loops whose bodies run long, and each brings working
    /// memory of its own; more threads than processors only cost.
    /// </summary>
    /// <param name="maxDegreeOfParallelism">At most so many threads; -1 for one per processor.</param>
    /// <param name="cancellationToken">Stops the loops.</param>
    public static ParallelOptions Options(int maxDegreeOfParallelism, CancellationToken cancellationToken) => new()
    {
        MaxDegreeOfParallelism = maxDegreeOfParallelism > 0 ? maxDegreeOfParallelism : Environment.ProcessorCount,
        CancellationToken = cancellationToken,
    };
}
