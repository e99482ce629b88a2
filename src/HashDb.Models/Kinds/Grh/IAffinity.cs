namespace HashDb.Models.Kinds.Grh;

/// <summary>
/// The neighbour graph of the training rows, as the one operation that graph regularisation needs: the average of the
/// neighbours' codes, <c>D^-1 A B</c>, the row itself included. Immutable, safe for many threads.
/// </summary>
internal interface IAffinity
{
    /// <summary>Averages the codes of each row's neighbours.</summary>
    /// <param name="codes">B: row-major, <c>rows * bits</c>, +1 or -1.</param>
    /// <param name="bits">Bits of a code.</param>
    /// <param name="averages">Receives the real-valued averages in [-1, 1], of the same shape.</param>
    /// <param name="parallel">Threads and cancellation.</param>
    void Average(float[] codes, int bits, float[] averages, ParallelOptions parallel);
}
