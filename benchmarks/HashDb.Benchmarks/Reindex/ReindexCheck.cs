// Finds by brute force what a search must have answered under the model of the generation that its answer names. Batches that
// were on their way while the search ran may or may not have been visible, each with all batches before it.
using System.Numerics;
using System.Runtime.InteropServices;
using HashDb.Models;
using HashDb.Storage.Query;

namespace HashDb.Benchmarks;

internal sealed class ReindexCheck(BenchmarkData data, int stored, IReadOnlyDictionary<long, IHashModel> models)
{
    private readonly Dictionary<IHashModel, byte[]> _codes = [];

    /// <summary>Number of answers that are wrong.</summary>
    public int CountWrong(IReadOnlyList<SampledSearch> samples) =>
        samples.Count(sample => !IsRight(sample));

    private bool IsRight(SampledSearch sample)
    {
        IHashModel model = models[sample.Result.Statistics.Generation];
        byte[] codes = CodesOf(model);
        float[] query = data.Vector(sample.Query);
        List<SearchHit> candidates = Candidates(model, codes, sample.Query, query, sample.Issued);
        for (int visible = sample.Acknowledged; visible <= sample.Issued; visible += ReindexLoad.BatchRows)
        {
            int limit = visible;
            SearchHit[] expected = [.. candidates.Where(hit => hit.Id.Value < (ulong)limit).Take(ReindexLoad.Top)];
            if (sample.Result.Hits.SequenceEqual(expected))
                return true;
        }
        return false;
    }

    /// <summary>Every vector within the radius, by distance, then by id.</summary>
    private List<SearchHit> Candidates(IHashModel model, byte[] codes, int number, float[] query, int count)
    {
        int rowBytes = model.GetHashcodeByteCount();
        int codeBytes = rowBytes / model.TableCount;
        double squaredNorm = DistanceKernel.SquaredNorm(query);
        var hits = new List<SearchHit>();
        for (int row = 0; row < count; row++)
        {
            for (int table = 0; table < model.TableCount; table++)
            {
                int distance = 0;
                for (int i = table * codeBytes; i < (table + 1) * codeBytes; i++)
                    distance += BitOperations.PopCount((uint)(codes[row * rowBytes + i] ^ codes[number * rowBytes + i]));
                if (distance > ReindexLoad.Radius)
                    continue;
                hits.Add(new SearchHit(
                    new VectorId((ulong)row), DistanceKernel.Distance(DistanceMetric.Cosine, query, squaredNorm, data.Vector(row))));
                break;
            }
        }
        hits.Sort((left, right) => left.Distance != right.Distance ? left.Distance.CompareTo(right.Distance) : left.Id.CompareTo(right.Id));
        return hits;
    }

    private byte[] CodesOf(IHashModel model)
    {
        if (_codes.TryGetValue(model, out byte[]? known))
            return known;
        int rowBytes = model.GetHashcodeByteCount();
        byte[] codes = new byte[stored * rowBytes];
        Parallel.For(0, stored, row => model.Encode(data.Vector(row), 1, codes.AsSpan(row * rowBytes, rowBytes)));
        return _codes[model] = codes;
    }
}
