using HashDb.Models;

namespace HashDb.Storage.Tests.Support;

/// <summary>What a collection must answer, worked out the slow and obvious way over a dictionary.</summary>
internal sealed class OracleCollection(IHashModel model, DistanceMetric metric)
{
    public SortedDictionary<ulong, VectorRecord> Records { get; private init; } = [];

    public IHashModel Model => model;

    /// <summary>The same records, hashed by another model.</summary>
    public OracleCollection Under(IHashModel other) => new(other, metric) { Records = Records };

    public List<ProbeHit> Probe(float[] query, int radius)
    {
        Hashcode[] queryCodes = Codes(query);
        return
        [
            .. Records.Values
                .Select(record => new ProbeHit(record.Id, Distance(queryCodes, Codes(record.Vector.ToArray()))))
                .Where(hit => hit.Distance <= radius)
                .OrderBy(hit => hit.Distance)
                .ThenBy(hit => hit.Id.Value),
        ];
    }

    public (List<SearchHit> Hits, int Candidates, int CompleteRadius) SearchRadius(float[] query, int top, int radius)
    {
        List<ProbeHit> within = Probe(query, radius);
        return (Nearest(query, within.Select(hit => hit.Id.Value), top), within.Count, Math.Min(radius, model.BitCount));
    }

    public (List<SearchHit> Hits, int Candidates, int CompleteRadius) SearchBudget(float[] query, int top, int budget)
    {
        int limit = Math.Max(top, budget);
        var ranked = Records.Values
            .Select(record => (Id: record.Id.Value, Rank: Rank(query, record.Vector.ToArray())))
            .OrderBy(item => item.Rank)
            .ToList();
        if (ranked.Count < limit)
            return (Nearest(query, ranked.Select(item => item.Id), top), ranked.Count, model.BitCount);
        (int Distance, uint Penalty) cut = ranked[limit - 1].Rank;
        var taken = ranked.Where(item => item.Rank.CompareTo(cut) <= 0).ToList();
        bool ringIsWhole =
            ranked.Count(item => item.Rank.Distance == cut.Distance) == taken.Count(item => item.Rank.Distance == cut.Distance);
        return (Nearest(query, taken.Select(item => item.Id), top), taken.Count, ringIsWhole ? cut.Distance : cut.Distance - 1);
    }

    private List<SearchHit> Nearest(float[] query, IEnumerable<ulong> ids, int top) =>
    [
        .. ids.Select(id => new SearchHit(new VectorId(id), ExactDistance(query, Records[id].Vector.Span)))
            .OrderBy(hit => hit.Distance)
            .ThenBy(hit => hit.Id.Value)
            .Take(top),
    ];

    private float ExactDistance(float[] query, ReadOnlySpan<float> x)
    {
        double dot = 0, q2 = 0, x2 = 0, d2 = 0;
        for (int i = 0; i < query.Length; i++)
        {
            dot += (double)query[i] * x[i];
            q2 += (double)query[i] * query[i];
            x2 += (double)x[i] * x[i];
            d2 += ((double)query[i] - x[i]) * ((double)query[i] - x[i]);
        }
        return metric switch
        {
            DistanceMetric.Cosine => (float)(1 - dot / Math.Sqrt(q2 * x2)),
            DistanceMetric.Euclidean => (float)Math.Sqrt(d2),
            _ => (float)-dot,
        };
    }

    private Hashcode[] Codes(float[] vector) =>
        [.. Enumerable.Range(0, model.TableCount).Select(table => model.EncodeOne(vector, table))];

    private static int Distance(Hashcode[] left, Hashcode[] right) => left.Zip(right, (l, r) => l.HammingDistance(r)).Min();

    /// <summary>Hamming distance, then the summed margins of the differing bits in 65,535ths of the largest, by the best table.</summary>
    private (int Distance, uint Penalty) Rank(float[] query, float[] vector)
    {
        int codeBytes = HashcodeMath.ByteCount(model.BitCount);
        byte[] queryCodes = new byte[codeBytes * model.TableCount];
        float[] margins = new float[model.BitCount * model.TableCount];
        model.EncodeWithMargins(query, queryCodes, margins);
        byte[] codes = new byte[queryCodes.Length];
        model.Encode(vector, 1, codes);
        (int, uint) best = (int.MaxValue, uint.MaxValue);
        for (int table = 0; table < model.TableCount; table++)
        {
            float largest = margins.Skip(table * model.BitCount).Take(model.BitCount).Max(Math.Abs);
            int distance = 0;
            uint penalty = 0;
            for (int bit = 0; bit < model.BitCount; bit++)
            {
                if (HashcodeMath.IsBitSet(codes.AsSpan(table * codeBytes, codeBytes), bit) == HashcodeMath.IsBitSet(
                    queryCodes.AsSpan(table * codeBytes, codeBytes), bit))
                    continue;
                distance++;
                penalty += (uint)Math.Clamp(Math.Abs(margins[table * model.BitCount + bit]) * (65_535f / largest), 0, 65_535f);
            }
            if ((distance, penalty).CompareTo(best) < 0)
                best = (distance, penalty);
        }
        return best;
    }
}
