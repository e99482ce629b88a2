// The exact grouped form for classes: representatives with one code count once per class, and rows of one class and code share
// their sums. After two sweeps only some ten to hundred codes remain and a sweep is nearly free.
using HashDb.Models.Training;

namespace HashDb.Models.Kinds.Gph;

/// <summary>Gibbs sampling for single-label rows.</summary>
internal sealed class ClassCodeSampler : CodeSampler
{
    private readonly TrainingLabels _labels;

    public ClassCodeSampler(TrainingLabels labels, int bits, double scale, int representatives, ulong seed)
        : base(labels.Count, bits, scale, representatives, seed)
    {
        _labels = labels;
    }

    protected override long DrawBlock(ReadOnlyMemory<int> rows, float[][]? prior, ulong sweep, ParallelOptions parallel)
    {
        Pattern[] patterns = GroupRepresentatives();
        List<(int Class, int[] Rows)> groups = GroupRows(rows.Span);
        ulong[] before = new ulong[rows.Length];
        for (int i = 0; i < before.Length; i++)
            before[i] = Codes[rows.Span[i]];

        Parallel.For(0, groups.Count, parallel, g =>
        {
            (int c, int[] members) = groups[g];
            DrawBits(c, members, Codes[members[0]], 0, patterns, prior, sweep);
        });

        long flips = 0;
        for (int i = 0; i < before.Length; i++)
            flips += System.Numerics.BitOperations.PopCount(before[i] ^ Codes[rows.Span[i]]);
        return flips;
    }

    /// <summary>
    /// Draws the bits from <paramref name="bit"/> on for rows that share class and code. Where the draws differ the group splits
    /// and both parts go on; the sums over the representatives are made once per part.
    /// </summary>
    private void DrawBits(int c, int[] members, ulong code, int bit, Pattern[] patterns, float[][]? prior, ulong sweep)
    {
        for (; bit < Bits; bit++)
        {
            double shared = 0;
            foreach (Pattern pattern in patterns)
            {
                int same = pattern.CountOf(c);
                if (same > 0)
                    shared += same * Contribution(code, pattern.Code, bit, similar: true);
                if (pattern.Total > same)
                    shared += (pattern.Total - same) * Contribution(code, pattern.Code, bit, similar: false);
            }

            ulong mask = 1UL << bit;
            List<int>? positive = null, negative = null;
            for (int i = 0; i < members.Length; i++)
            {
                int n = members[i];
                double logOdds = shared + (prior is null ? 0 : prior[bit][n]);

                // A representative does not count for itself. Its own entry is still the code it had when the block began.
                if (IsRepresentative[n])
                    logOdds -= Contribution(code, Codes[n], bit, similar: true);
                if (Draw(logOdds, sweep, n, bit))
                    (positive ??= []).Add(n);
                else
                    (negative ??= []).Add(n);
            }

            if (positive is not null && negative is not null)
            {
                DrawBits(c, positive.ToArray(), code | mask, bit + 1, patterns, prior, sweep);
                DrawBits(c, negative.ToArray(), code & ~mask, bit + 1, patterns, prior, sweep);
                return;
            }

            code = positive is null ? code & ~mask : code | mask;
        }

        foreach (int n in members)
            Codes[n] = code;
    }

    private Pattern[] GroupRepresentatives()
    {
        var byCode = new SortedDictionary<ulong, Pattern>();
        foreach (int n in Representatives)
        {
            if (!byCode.TryGetValue(Codes[n], out Pattern? pattern))
                byCode.Add(Codes[n], pattern = new Pattern(Codes[n]));
            pattern.Add(_labels.Classes[n]);
        }

        return byCode.Values.ToArray();
    }

    private List<(int Class, int[] Rows)> GroupRows(ReadOnlySpan<int> rows)
    {
        var groups = new Dictionary<(int Class, ulong Code), List<int>>();
        foreach (int n in rows)
        {
            (int, ulong) key = (_labels.Classes[n], Codes[n]);
            if (!groups.TryGetValue(key, out List<int>? members))
                groups.Add(key, members = []);
            members.Add(n);
        }

        return groups.Select(static pair => (pair.Key.Class, pair.Value.ToArray())).ToList();
    }

    /// <summary>The representatives of one code: how many there are of each class.</summary>
    private sealed class Pattern(ulong code)
    {
        private readonly Dictionary<int, int> _counts = [];

        public ulong Code { get; } = code;

        public int Total { get; private set; }

        public int CountOf(int c) => _counts.GetValueOrDefault(c);

        public void Add(int c)
        {
            _counts[c] = CountOf(c) + 1;
            Total++;
        }
    }
}
