// Compares a collection with what must be in it, in every way: Get, the count, Probe and Search on both strategies. Where damage
// is expected, a typed error that names the damaged file may stand in the place of an answer; a wrong answer may not.
using System.Globalization;
using System.Numerics;
using HashDb.Models;

namespace HashDb.Storage.Faults.Checks;

internal sealed class CollectionChecker
{
    private const int SearchRadius = 2;
    private const double DistanceTolerance = 1e-4;

    private readonly Collection _collection;
    private readonly IReadOnlyDictionary<ulong, StoredItem> _expected;
    private readonly ulong[] _ids;
    private readonly byte[] _codes;
    private readonly int _codeBytes;

    public CollectionChecker(Collection collection, IReadOnlyDictionary<ulong, StoredItem> expected)
    {
        _collection = collection;
        _expected = expected;
        _ids = [.. expected.Keys.Order()];
        _codeBytes = (collection.Model.BitCount + 7) / 8;
        _codes = Encode();
    }

    /// <summary>A file whose damage may be reported in the place of an answer; null when nothing may be missing.</summary>
    public string? DamagedFile { get; init; }

    /// <summary>Ids that were refused because they are damaged.</summary>
    public HashSet<ulong> Refused { get; } = [];

    /// <summary>Compares everything; of the queries, which cost most, a sample.</summary>
    /// <param name="absent">Ids that must not be there.</param>
    /// <param name="sampled">How many ids are looked for in their buckets and how many searches are made.</param>
    /// <param name="random">Chooses the sample.</param>
    public void Run(IEnumerable<ulong> absent, (int Buckets, int Searches) sampled, Random random)
    {
        CheckCount();
        foreach (ulong id in _ids)
            CheckItem(id);
        foreach (ulong id in absent)
        {
            if (!_expected.ContainsKey(id) && _collection.Get(new VectorId(id)) is not null)
                throw Wrong($"id {id} is there and must not be");
        }
        CheckOwnBuckets(Sample(sampled.Buckets, random));
        foreach (int index in Sample(sampled.Searches, random))
            CheckSearches(index);
    }

    private void CheckCount()
    {
        long count = _collection.GetStatistics().Count;
        if (count != _expected.Count)
            throw Wrong($"it counts {count} records and must have {_expected.Count}");
    }

    private void CheckItem(ulong id)
    {
        VectorRecord? found;
        try
        {
            found = _collection.Get(new VectorId(id));
        }
        catch (CorruptDataException exception) when (IsExpected(exception))
        {
            Refused.Add(id);
            return;
        }
        if (found is null)
            throw Wrong($"id {id} is missing");
        if (!_expected[id].Matches(found))
            throw Wrong($"id {id} has another content than was written last");
    }

    /// <summary>A probe of radius 0 with an item's own vector finds all items of its bucket, each once, and nothing else.</summary>
    private void CheckOwnBuckets(IEnumerable<int> indices)
    {
        int tables = _collection.Model.TableCount;
        var buckets = new Dictionary<(int Table, string Code), List<int>>();
        for (int i = 0; i < _ids.Length; i++)
        {
            for (int table = 0; table < tables; table++)
            {
                (int, string) key = (table, Convert.ToHexString(CodeOf(i, table)));
                if (!buckets.TryGetValue(key, out List<int>? bucket))
                    buckets.Add(key, bucket = []);
                bucket.Add(i);
            }
        }
        foreach (int index in indices)
        {
            var wanted = new SortedSet<ulong>();
            for (int table = 0; table < tables; table++)
                wanted.UnionWith(buckets[(table, Convert.ToHexString(CodeOf(index, table)))].Select(i => _ids[i]));
            ProbeResult result = _collection.Probe(_expected[_ids[index]].Vector, new ProbeOptions { Radius = 0 });
            if (!result.Hits.Select(hit => hit.Id.Value).SequenceEqual(wanted))
                throw Wrong(
                    $"the bucket of id {_ids[index]} holds [{string.Join(", ", result.Hits.Select(hit => hit.Id))}] and must hold "
                    + $"[{string.Join(", ", wanted)}]");
        }
    }

    private void CheckSearches(int index)
    {
        float[] query = _expected[_ids[index]].Vector;
        (ulong Id, int Distance)[] wanted =
        [
            .. Enumerable.Range(0, _ids.Length)
                .Select(i => (Id: _ids[i], Distance: HammingDistance(index, i)))
                .Where(hit => hit.Distance <= SearchRadius)
                .OrderBy(hit => hit.Distance).ThenBy(hit => hit.Id),
        ];
        foreach (ProbeStrategy strategy in new[] { ProbeStrategy.Enumerate, ProbeStrategy.Scan })
        {
            ProbeResult probe = _collection.Probe(query, new ProbeOptions { Radius = SearchRadius, Strategy = strategy });
            if (!probe.Hits.Select(hit => (hit.Id.Value, hit.Distance)).SequenceEqual(wanted))
                throw Wrong(
                    $"{strategy}: within {SearchRadius} bits of id {_ids[index]} lie {probe.Hits.Count} records and must lie "
                    + $"{wanted.Length}, or others");
            CheckSearch(query, strategy, wanted);
        }
    }

    private void CheckSearch(float[] query, ProbeStrategy strategy, (ulong Id, int Distance)[] candidates)
    {
        SearchResult result;
        try
        {
            result =
                _collection.Search(query, new SearchOptions { Radius = SearchRadius, Top = StorageLimits.MaxTop, Strategy = strategy });
        }
        catch (CorruptDataException exception) when (IsExpected(exception))
        {
            if (!candidates.Any(candidate => Refused.Contains(candidate.Id)))
                throw Wrong($"a search was refused ({exception.Message}) though none of its candidates is damaged");
            return;
        }
        // After many rounds more items may lie within the radius than one search gives back: then it must be the nearest.
        int wanted = Math.Min(candidates.Length, StorageLimits.MaxTop);
        HashSet<ulong> left = [.. candidates.Select(candidate => candidate.Id)];
        if (result.Hits.Count != wanted || !result.Hits.All(hit => left.Remove(hit.Id.Value)))
            throw Wrong($"{strategy}: a search found {result.Hits.Count} records and must find {wanted}, or others");
        if (left.Count > 0 && left.Min(id => Distance(query, _expected[id].Vector)) is var nearest
            && nearest < result.Hits[^1].Distance - DistanceTolerance)
            throw Wrong(string.Create(
                CultureInfo.InvariantCulture,
                $"{strategy}: a search left out an item at {nearest} and gave one at {result.Hits[^1].Distance}"));
        for (int i = 0; i < result.Hits.Count; i++)
        {
            SearchHit hit = result.Hits[i];
            double exact = Distance(query, _expected[hit.Id.Value].Vector);
            if (!(Math.Abs(exact - hit.Distance) <= DistanceTolerance))
                throw Wrong(string.Create(CultureInfo.InvariantCulture, $"{strategy}: id {hit.Id} is at {exact}, not at {hit.Distance}"));
            if (i > 0 && (hit.Distance, hit.Id).CompareTo((result.Hits[i - 1].Distance, result.Hits[i - 1].Id)) < 0)
                throw Wrong($"{strategy}: hits {i - 1} and {i} are out of order");
        }
    }

    private double Distance(float[] query, float[] vector)
    {
        double dot = 0, queryNorm = 0, vectorNorm = 0, difference = 0;
        for (int i = 0; i < query.Length; i++)
        {
            dot += (double)query[i] * vector[i];
            queryNorm += (double)query[i] * query[i];
            vectorNorm += (double)vector[i] * vector[i];
            difference += ((double)query[i] - vector[i]) * ((double)query[i] - vector[i]);
        }
        return _collection.Description.Metric switch
        {
            DistanceMetric.Cosine => 1 - dot / Math.Sqrt(queryNorm * vectorNorm),
            DistanceMetric.Euclidean => Math.Sqrt(difference),
            _ => -dot,
        };
    }

    private int HammingDistance(int left, int right)
    {
        int nearest = int.MaxValue;
        for (int table = 0; table < _collection.Model.TableCount; table++)
        {
            ReadOnlySpan<byte> a = CodeOf(left, table), b = CodeOf(right, table);
            int distance = 0;
            for (int i = 0; i < a.Length; i++)
                distance += BitOperations.PopCount((uint)(a[i] ^ b[i]));
            nearest = Math.Min(nearest, distance);
        }
        return nearest;
    }

    private ReadOnlySpan<byte> CodeOf(int index, int table) =>
        _codes.AsSpan((index * _collection.Model.TableCount + table) * _codeBytes, _codeBytes);

    private byte[] Encode()
    {
        IHashModel model = _collection.Model;
        byte[] codes = new byte[_ids.Length * model.TableCount * _codeBytes];
        float[] vectors = [.. _ids.SelectMany(id => _expected[id].Vector)];
        model.Encode(vectors, _ids.Length, codes);
        return codes;
    }

    private int[] Sample(int count, Random random)
    {
        int[] indices = [.. Enumerable.Range(0, _ids.Length)];
        random.Shuffle(indices);
        return indices[..Math.Min(count, indices.Length)];
    }

    private bool IsExpected(CorruptDataException exception) => DamagedFile is not null && exception.File == DamagedFile;

    private CheckFailedException Wrong(string what) => new($"collection {_collection.Name}: {what}");
}
