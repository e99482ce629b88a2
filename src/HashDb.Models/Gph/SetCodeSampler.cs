// The dense form for label sets: each row compares its code with every representative's. The distance of each pair is kept
// while a row's bits are drawn and changes by one where a bit flips.
using HashDb.Models.Training;

namespace HashDb.Models.Gph;

/// <summary>Gibbs sampling for multi-label rows.</summary>
internal sealed class SetCodeSampler : CodeSampler
{
    private readonly TrainingLabels _labels;
    private readonly float[] _table;
    private readonly int _distances;

    public SetCodeSampler(TrainingLabels labels, int bits, double scale, int representatives, ulong seed)
        : base(labels.Count, bits, scale, representatives, seed)
    {
        _labels = labels;

        // What a representative adds to y_nk times the log-odds depends on similarity, on whether the codes agree in bit k and on
        // their distance: [agreement][similarity][distance].
        _distances = bits + 1;
        _table = new float[4 * _distances];
        for (int distance = 0; distance <= bits; distance++)
        {
            ulong other = distance == 64 ? ulong.MaxValue : (1UL << distance) - 1;
            for (int similar = 0; similar < 2; similar++)
            {
                // Take a bit on which codes of this distance agree (the last) or differ (the first); the row's own bit is 0.
                if (distance < bits)
                    _table[Index(agree: 1, similar, distance)] = -(float)Contribution(0, other, bits - 1, similar != 0);
                if (distance > 0)
                    _table[Index(agree: 0, similar, distance)] = -(float)Contribution(0, other, 0, similar != 0);
            }
        }
    }

    protected override long DrawBlock(ReadOnlyMemory<int> rows, float[][]? prior, ulong sweep, ParallelOptions parallel)
    {
        ulong[] codes = Array.ConvertAll(Representatives, n => Codes[n]);
        ulong[] drawn = new ulong[rows.Length];
        Parallel.For(0, rows.Length, parallel, () => (new ulong[codes.Length], new byte[codes.Length]), (i, _, scratch) =>
        {
            drawn[i] = DrawRow(rows.Span[i], codes, scratch.Item1, scratch.Item2, prior, sweep);
            return scratch;
        }, static _ => { });

        long flips = 0;
        for (int i = 0; i < drawn.Length; i++)
        {
            int n = rows.Span[i];
            flips += System.Numerics.BitOperations.PopCount(Codes[n] ^ drawn[i]);
            Codes[n] = drawn[i];
        }

        return flips;
    }

    private ulong DrawRow(int n, ulong[] codes, ulong[] differences, byte[] cells, float[][]? prior, ulong sweep)
    {
        ulong code = Codes[n];
        int own = IsRepresentative[n] ? Array.BinarySearch(Representatives, n) : -1;
        for (int j = 0; j < codes.Length; j++)
        {
            differences[j] = code ^ codes[j];
            int distance = System.Numerics.BitOperations.PopCount(differences[j]);
            cells[j] = (byte)(distance + (_labels.AreSimilar(n, Representatives[j]) ? _distances : 0));
        }

        for (int bit = 0; bit < Bits; bit++)
        {
            double sum = SumContributions(differences, cells, bit);
            if (own >= 0)
                sum -= _table[Cell(differences[own], cells[own], bit)];
            bool current = (code >> bit & 1) != 0;
            double logOdds = (current ? sum : -sum) + (prior is null ? 0 : prior[bit][n]);
            if (Draw(logOdds, sweep, n, bit) == current)
                continue;

            code ^= 1UL << bit;
            for (int j = 0; j < codes.Length; j++)
            {
                int differs = (int)(differences[j] >> bit & 1);
                cells[j] = (byte)(cells[j] + 1 - (2 * differs));
                differences[j] ^= 1UL << bit;
            }
        }

        return code;
    }

    private double SumContributions(ulong[] differences, byte[] cells, int bit)
    {
        double sum = 0;
        const int Block = 64;
        for (int first = 0; first < cells.Length; first += Block)
        {
            float s0 = 0, s1 = 0;
            int end = Math.Min(cells.Length, first + Block), j = first;
            for (; j + 2 <= end; j += 2)
            {
                s0 += _table[Cell(differences[j], cells[j], bit)];
                s1 += _table[Cell(differences[j + 1], cells[j + 1], bit)];
            }

            if (j < end)
                s0 += _table[Cell(differences[j], cells[j], bit)];
            sum += s0 + s1;
        }

        return sum;
    }

    private int Cell(ulong difference, byte cell, int bit) => cell + ((difference >> bit & 1) == 0 ? 2 * _distances : 0);

    private int Index(int agree, int similar, int distance) => distance + (similar * _distances) + (agree * 2 * _distances);
}
