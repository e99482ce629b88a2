// Compares a collection with what must be in it, in every way: Get, the count, Probe and Search on both strategies, exact searches, and
// counts, listings and searches with filters. Where damage is expected, a typed error that names the damaged file may stand in the place
// of an answer; a wrong answer may not.
using System.Globalization;
using System.Numerics;
using HashDb.Models;
using HashDb.Models.Kinds.Cells;

namespace HashDb.Storage.Faults.Checks;

internal sealed class CollectionChecker
{
    private const int SearchRadius = 2;
    private const double DistanceTolerance = 1e-4;

    private readonly Collection _collection;
    private readonly Dictionary<ulong, StoredItem> _expected;
    private readonly Dictionary<ulong, RecordKey> _keys = [];
    private readonly ulong[] _ids;
    private readonly byte[] _codes;
    private readonly int _codeBytes;

    /// <param name="collection">The collection.</param>
    /// <param name="expected">What must be in it, by the numbers of the items.</param>
    public CollectionChecker(Collection collection, IReadOnlyDictionary<ulong, StoredItem> expected)
    {
        _collection = collection;
        _expected = new Dictionary<ulong, StoredItem>(expected.Count);
        foreach ((ulong number, StoredItem item) in expected)
        {
            RecordKey key = ItemKey.Of(collection.Keys, number);
            _keys.Add(key.Id.Value, key);
            _expected.Add(key.Id.Value, item);
        }
        _ids = [.. _expected.Keys.Order()];
        _codeBytes = (collection.Model.BitCount + 7) / 8;
        _codes = Encode();
    }

    /// <summary>A file whose damage may be reported in the place of an answer; null when nothing may be missing.</summary>
    public string? DamagedFile { get; init; }

    /// <summary>Ids that were refused because they are damaged.</summary>
    public HashSet<ulong> Refused { get; } = [];

    /// <summary>Compares everything; of the queries, which cost most, a sample.</summary>
    /// <param name="absent">Numbers of items that must not be there.</param>
    /// <param name="sampled">How many ids are looked for in their buckets and how many searches are made.</param>
    /// <param name="random">Chooses the sample.</param>
    public void Run(IEnumerable<ulong> absent, (int Buckets, int Searches) sampled, Random random)
    {
        CheckCount();
        foreach (ulong id in _ids)
            CheckItem(id);
        foreach (RecordKey key in absent.Select(number => ItemKey.Of(_collection.Keys, number)))
        {
            if (!_expected.ContainsKey(key.Id.Value) && _collection.Get(key.Id) is not null)
                throw Wrong($"key {key} is there and must not be");
        }
        // Cells are a partition: no distance of codes means anything, and no radius is searched.
        bool hasRadius = _collection.Model is not CellsModel;
        if (hasRadius)
            CheckOwnBuckets(Sample(sampled.Buckets, random));
        foreach (int index in Sample(sampled.Searches, random))
        {
            if (hasRadius)
                CheckSearches(index);
            CheckFilters(_expected[_ids[index]].Vector, random);
        }
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
        if (found.Key != _keys[id])
            throw Wrong($"id {id} has the key {found.Key} and must have {_keys[id]}");
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
        CheckNearest($"{strategy}", query, result, StorageLimits.MaxTop, candidates.Select(candidate => candidate.Id));
    }

    /// <summary>Counts, lists and searches exactly what matches a filter.</summary>
    private void CheckFilters(float[] query, Random random)
    {
        string colour = ItemFields.Colours[random.Next(ItemFields.Colours.Length)];
        int size = random.Next(ItemFields.SizeCount);
        Check(Filter.All, _ => true);
        Check(ItemFields.ColourField == colour, fields => fields.Colour == colour);
        Check(
            ItemFields.ColourField == colour & ItemFields.SizeField < size, fields => fields.Colour == colour && fields.Size < size);
        Check(!(ItemFields.SizeField >= size), fields => !(fields.Size >= size));

        void Check(Filter filter, Func<ItemFields, bool> isMatch)
        {
            ulong[] wanted = [.. _ids.Where(id => isMatch(_expected[id].Fields))];
            try
            {
                CheckFilter(filter, wanted, query);
            }
            catch (CorruptDataException exception) when (IsExpected(exception))
            {
                if (Refused.Count == 0)
                    throw Wrong($"'{filter}' was refused ({exception.Message}) though no record is damaged");
            }
        }
    }

    private void CheckFilter(Filter filter, ulong[] wanted, float[] query)
    {
        long count = _collection.CountAsync(filter).GetAwaiter().GetResult();
        if (count != wanted.Length)
            throw Wrong($"'{filter}' counts {count} records and must count {wanted.Length}");
        var options = new ListOptions { Filter = filter, Limit = 50, Include = RecordParts.None };
        ulong[] listed =
            [.. _collection.ListAsync(options).GetAwaiter().GetResult().Select(record => record.Id.Value)];
        if (!listed.SequenceEqual(wanted.Take(options.Limit)))
            throw Wrong($"'{filter}' lists {listed.Length} records, but not the first of {wanted.Length}");
        foreach (double target in new[] { 1, SearchOptions.DefaultTargetRecall })
        {
            SearchResult result = _collection.Search(query, new SearchOptions { Filter = filter, TargetRecall = target });
            CheckNearest($"'{filter}' with a target of {target}", query, result, 10, wanted, isExact: target == 1);
        }
    }

    /// <summary>The hits must be the nearest candidates, as many as there are but for a limit, at their distances and in order.</summary>
    private void CheckNearest(
        string what, float[] query, SearchResult result, int top, IEnumerable<ulong> candidates, bool isExact = true)
    {
        HashSet<ulong> left = [.. candidates];
        int wanted = Math.Min(left.Count, top);
        if (result.Hits.Count != wanted || !result.Hits.All(hit => left.Remove(hit.Id.Value)))
            throw Wrong($"{what}: a search found {result.Hits.Count} records and must find {wanted}, or others");
        if (isExact && result.Hits.Count > 0 && left.Count > 0 && left.Min(id => Distance(query, _expected[id].Vector)) is var nearest
            && nearest < result.Hits[^1].Distance - DistanceTolerance)
            throw Wrong(string.Create(
                CultureInfo.InvariantCulture,
                $"{what}: a search left out an item at {nearest} and gave one at {result.Hits[^1].Distance}"));
        for (int i = 0; i < result.Hits.Count; i++)
        {
            SearchHit hit = result.Hits[i];
            double exact = Distance(query, _expected[hit.Id.Value].Vector);
            if (!(Math.Abs(exact - hit.Distance) <= DistanceTolerance))
                throw Wrong(string.Create(CultureInfo.InvariantCulture, $"{what}: id {hit.Id} is at {exact}, not at {hit.Distance}"));
            if (hit.Key != _keys[hit.Id.Value])
                throw Wrong($"{what}: id {hit.Id} has the key {hit.Key} and must have {_keys[hit.Id.Value]}");
            if (i > 0 && (hit.Distance, hit.Id).CompareTo((result.Hits[i - 1].Distance, result.Hits[i - 1].Id)) < 0)
                throw Wrong($"{what}: hits {i - 1} and {i} are out of order");
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
        if (model is CellsModel)
            return [];
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
