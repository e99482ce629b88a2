// The dense form for label sets: each row compares its code with every representative's. A representative's contribution to a bit
// depends only on its cell (similarity and distance) and on whether the codes agree in that bit, so it is enough to count, per
// cell and bit, how many representatives differ: one vector addition per representative for sixteen bits. When a bit flips,
// distances change and the row is counted again.
using System.Numerics;
using System.Runtime.Intrinsics;
using HashDb.Models.Training;

namespace HashDb.Models.Kinds.Gph;

/// <summary>Gibbs sampling for multi-label rows.</summary>
internal sealed class SetCodeSampler : CodeSampler
{
    private const int BitsPerVector = 16;

    private static readonly Vector256<ushort> BitOfLane =
        Vector256.Create((ushort)1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096, 8_192, 16_384, 32_768);

    private readonly TrainingLabels _labels;
    private readonly double[] _agreeing;
    private readonly double[] _differing;
    private readonly int _cells;
    private readonly int _vectors;

    /// <param name="labels">Label sets.</param>
    /// <param name="bits">Bits of a code.</param>
    /// <param name="scale">Scale of the pairwise similarity.</param>
    /// <param name="representatives">At most 65,535, because counts are 16 bits wide.</param>
    /// <param name="seed">Seed of everything random.</param>
    public SetCodeSampler(TrainingLabels labels, int bits, double scale, int representatives, ulong seed)
        : base(labels.Count, bits, scale, representatives, seed)
    {
        if (Representatives.Length > ushort.MaxValue)
            throw new ArgumentOutOfRangeException(
                nameof(representatives), representatives, $"At most {ushort.MaxValue} representatives can be counted.");
        _labels = labels;
        _vectors = (bits + BitsPerVector - 1) / BitsPerVector;

        // Per cell, what a representative adds to y_nk times the log-odds: where the codes agree in bit k and where they differ.
        int distances = bits + 1;
        _cells = 2 * distances;
        _agreeing = new double[_cells];
        _differing = new double[_cells];
        for (int distance = 0; distance <= bits; distance++)
        {
            ulong other = distance == 64 ? ulong.MaxValue : (1UL << distance) - 1;
            for (int similar = 0; similar < 2; similar++)
            {
                // The row's own code is 0 here, so its sign is -1; codes of this distance agree in the last bit, differ in the first.
                int cell = (similar * distances) + distance;
                if (distance < bits)
                    _agreeing[cell] = -Contribution(0, other, bits - 1, similar != 0);
                if (distance > 0)
                    _differing[cell] = -Contribution(0, other, 0, similar != 0);
            }
        }
    }

    protected override long DrawBlock(ReadOnlyMemory<int> rows, float[][]? prior, ulong sweep, ParallelOptions parallel)
    {
        ulong[] codes = Array.ConvertAll(Representatives, n => Codes[n]);
        ulong[] drawn = new ulong[rows.Length];
        Parallel.For(0, rows.Length, parallel, () => new Tally(codes.Length, _cells, _vectors), (i, _, tally) =>
        {
            drawn[i] = DrawRow(rows.Span[i], codes, tally, prior, sweep);
            return tally;
        }, static _ => { });

        long flips = 0;
        for (int i = 0; i < drawn.Length; i++)
        {
            int n = rows.Span[i];
            flips += BitOperations.PopCount(Codes[n] ^ drawn[i]);
            Codes[n] = drawn[i];
        }

        return flips;
    }

    private ulong DrawRow(int n, ulong[] codes, Tally tally, float[][]? prior, ulong sweep)
    {
        ulong code = Codes[n];
        for (int j = 0; j < codes.Length; j++)
            tally.Offsets[j] = _labels.AreSimilar(n, Representatives[j]) ? (byte)(Bits + 1) : (byte)0;

        bool counted = false;
        for (int bit = 0; bit < Bits; bit++)
        {
            if (!counted)
            {
                CountCells(code, codes, tally);
                counted = true;
            }

            double sum = 0;
            for (int cell = 0; cell < _cells; cell++)
            {
                int differ = tally.Differing[(cell * _vectors * BitsPerVector) + bit];
                sum += (differ * _differing[cell]) + ((tally.Totals[cell] - differ) * _agreeing[cell]);
            }

            bool current = (code >> bit & 1) != 0;
            double logOdds = (current ? sum : -sum) + (prior is null ? 0 : prior[bit][n]);

            // A representative does not count for itself; the others see the code it had when the block began, and so does it.
            if (IsRepresentative[n])
                logOdds -= Contribution(code, Codes[n], bit, similar: _labels.AreSimilar(n, n));
            if (Draw(logOdds, sweep, n, bit) != current)
            {
                code ^= 1UL << bit;
                counted = false;
            }
        }

        return code;
    }

    private void CountCells(ulong code, ulong[] codes, Tally tally)
    {
        Array.Clear(tally.Totals);
        Array.Clear(tally.Differing);
        ref ushort counts = ref tally.Differing[0];
        for (int j = 0; j < codes.Length; j++)
        {
            ulong difference = code ^ codes[j];
            int cell = tally.Offsets[j] + BitOperations.PopCount(difference);
            tally.Totals[cell]++;
            nuint at = (nuint)(cell * _vectors * BitsPerVector);
            for (int v = 0; v < _vectors; v++, at += BitsPerVector, difference >>= BitsPerVector)
            {
                // A lane compares equal, which is -1, where its bit is set.
                Vector256<ushort> set = Vector256.Equals(Vector256.Create((ushort)difference) & BitOfLane, BitOfLane);
                (Vector256.LoadUnsafe(ref counts, at) - set).StoreUnsafe(ref counts, at);
            }
        }
    }

    /// <summary>Working memory of one thread.</summary>
    private sealed class Tally(int representatives, int cells, int vectors)
    {
        /// <summary>Per representative, where its cells begin: 0, or Bits + 1 when it is similar to the row.</summary>
        public byte[] Offsets { get; } = new byte[representatives];

        public int[] Totals { get; } = new int[cells];

        /// <summary>[cell][bit]: representatives whose codes differ from the row's in that bit.</summary>
        public ushort[] Differing { get; } = new ushort[cells * vectors * BitsPerVector];
    }
}
