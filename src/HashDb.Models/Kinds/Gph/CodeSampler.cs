// Gibbs sampling of the latent codes of the training rows (Ozdemir and Davis). A row's bit is drawn given the codes of the
// representatives and the Gaussian processes' log-odds. Rows are updated in random blocks: all at once makes the codes collapse
// into two patterns. Within a block every row sees the representatives as they were when the block began, so a block runs in
// parallel; random numbers are addressed by sweep, row and bit, so the result does not depend on the threads.
using HashDb.Models.Numerics;

namespace HashDb.Models.Kinds.Gph;

/// <summary>The latent codes and the sweeps over them. Two implementations: for classes and for label sets.</summary>
internal abstract class CodeSampler
{
    /// <summary>A block holds at most a twentieth of the rows.</summary>
    private const int Blocks = 20;

    private readonly ulong _seed;
    private readonly double[] _flipGain;
    private ulong _sweeps;

    protected CodeSampler(int count, int bits, double scale, int representatives, ulong seed)
    {
        Count = count;
        Bits = bits;
        _seed = seed;
        SeededRandom random = new(seed);
        Codes = new ulong[count];
        for (int n = 0; n < count; n++)
            Codes[n] = ClassCodes.RandomCode(bits, random);

        int[] order = Enumerable.Range(0, count).ToArray();
        random.Shuffle<int>(order);
        Representatives = order.AsSpan(0, Math.Min(representatives, count)).ToArray();
        Array.Sort(Representatives);
        IsRepresentative = new bool[count];
        foreach (int n in Representatives)
            IsRepresentative[n] = true;

        // G[t] = logPhi(a (t + 1)) - logPhi(a (t - 1)) for t = -(bits - 1) .. bits - 1.
        _flipGain = new double[(2 * bits) - 1];
        for (int t = 1 - bits; t < bits; t++)
            _flipGain[t + bits - 1] = StandardNormal.LogCumulative(scale * (t + 1)) - StandardNormal.LogCumulative(scale * (t - 1));
    }

    public int Count { get; }

    public int Bits { get; }

    /// <summary>The code of each row; bit k is set when the k-th entry is +1.</summary>
    public ulong[] Codes { get; }

    protected int[] Representatives { get; }

    protected bool[] IsRepresentative { get; }

    /// <summary>Draws every bit of every row once.</summary>
    /// <param name="prior">The log-odds of each bit, <c>Bits</c> arrays of <c>Count</c>; null for none.</param>
    /// <param name="parallel">Threads and cancellation.</param>
    /// <returns>The share of the bits that changed.</returns>
    public double Sweep(float[][]? prior, ParallelOptions parallel)
    {
        int[] order = Enumerable.Range(0, Count).ToArray();
        SeededRandom.ForStream(_seed, _sweeps).Shuffle<int>(order);
        ulong sweep = _sweeps++;
        int blockRows = Math.Max(1, Count / Blocks);
        long flips = 0;
        for (int first = 0; first < Count; first += blockRows)
        {
            parallel.CancellationToken.ThrowIfCancellationRequested();
            flips += DrawBlock(order.AsMemory(first, Math.Min(blockRows, Count - first)), prior, sweep, parallel);
        }

        return (double)flips / ((long)Count * Bits);
    }

    /// <summary>Draws the bits of the rows of a block and returns the number of flips.</summary>
    protected abstract long DrawBlock(ReadOnlyMemory<int> rows, float[][]? prior, ulong sweep, ParallelOptions parallel);

    /// <summary>
    /// What one representative of another code adds to the log-odds of bit k of a row: <c>s y_jk G[s t]</c>, where
    /// <c>t</c> is the inner product of the codes without bit k.
    /// </summary>
    protected double Contribution(ulong code, ulong other, int bit, bool similar)
    {
        int inner = Bits - (2 * System.Numerics.BitOperations.PopCount(code ^ other));
        int otherSign = (other >> bit & 1) != 0 ? 1 : -1;
        int agreement = ((code ^ other) >> bit & 1) == 0 ? 1 : -1;
        int t = inner - agreement;
        return similar ? otherSign * _flipGain[t + Bits - 1] : -otherSign * _flipGain[Bits - 1 - t];
    }

    /// <summary>True when bit k of a row is drawn as +1.</summary>
    protected bool Draw(double logOdds, ulong sweep, int row, int bit)
    {
        double u = CounterRandom.Uniform(_seed, sweep + 1, ((ulong)row * (ulong)Bits) + (ulong)bit);
        return u < 1 / (1 + Math.Exp(-logOdds));
    }
}
