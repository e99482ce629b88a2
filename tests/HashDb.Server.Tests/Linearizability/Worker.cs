// One thread of a workload: calls a collection at random and writes down what it was told. Half of its calls go to an eighth of the ids,
// so that several threads are at the same id all the time. Reads come in pairs of different ways to the same record as well, because a
// newer answer that is followed by an older one needs two answers close together.
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace HashDb.Server.Tests.Linearizability;

internal sealed class Worker(HashDbCollection collection, Ids ids, int thread, int seed)
{
    /// <summary>More than there are records, so that a search for a recall finds them all, too.</summary>
    private const int Top = 8_192;

    private static readonly SearchOptions Written = new() { Top = Top, MaxDistance = VersionedRecord.MaxDistance };
    private static readonly SearchOptions All = Written with { TargetRecall = 1 };
    private static readonly SearchOptions AllByRadius = Written with { Radius = Models.Hashcode.MaxBitCount };
    private static readonly SearchOptions AllByLimit = Written with { CandidateLimit = 4 * Top };
    private static readonly SearchOptions AllByRecall = Written with { TargetRecall = .9 };
    private static readonly ProbeOptions SameBucket = new() { Radius = 0 };
    private static readonly SearchOptions SameCode = new() { Top = Top, Radius = 0 };

    private readonly Random _random = new(seed);
    private readonly List<(VectorId Id, Operation Operation)> _history = [];
    private readonly SortedDictionary<string, long> _counts = [];
    private VectorId _fresh;
    private int _freshStep;

    /// <summary>Calls by kind.</summary>
    public IReadOnlyDictionary<string, long> Counts => _counts;

    /// <summary>Calls for so long.</summary>
    /// <returns>What it was told.</returns>
    public IReadOnlyList<(VectorId Id, Operation Operation)> Run(TimeSpan duration, CancellationToken cancellationToken)
    {
        _history.Clear();
        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < duration && !cancellationToken.IsCancellationRequested)
            Step();
        return _history;
    }

    /// <summary>Reads everything in every way.</summary>
    public IReadOnlyList<(VectorId Id, Operation Operation)> ReadAll()
    {
        _history.Clear();
        SearchForAll(All, "search of all");
        SearchForAll(AllByRadius, "search by radius");
        SearchForAll(AllByLimit, "search by limit");
        SearchForAll(AllByRecall, "search by recall");
        GetMany(ids.All());
        return _history;
    }

    private void Step()
    {
        VectorId id = AnyId();
        switch (_random.Next(100))
        {
            case < 16:
                Get(id);
                break;
            case < 32:
                SearchFor(id, Get(id));
                break;
            case < 36:
                SearchFor(id, ids.NewestVersion(id));
                Get(id);
                break;
            case < 38:
                ProbeFor(id, Get(id));
                break;
            case < 42:
                Get(id);
                SearchForAll(All, "search of all");
                break;
            case < 46:
                SearchForAll(AllByRadius, "search by radius");
                Get(id);
                break;
            case < 47:
                SearchForAll(AllByLimit, "search by limit");
                break;
            case < 49:
                SearchForAll(AllByRecall, "search by recall");
                Get(id);
                break;
            case < 51:
                GetMany(Ids.Contended);
                break;
            case < 54:
                SearchForMany(SomeIds());
                break;
            case < 68:
                Upsert([id]);
                break;
            case < 74:
                Upsert(SomeIds());
                break;
            case < 82:
                Delete([id]);
                break;
            case < 84:
                Delete(SomeIds());
                break;
            case < 86:
                Upsert(Ids.Contended);
                break;
            case < 91:
                Insert(id, ids.NextVersion(id));
                break;
            default:
                StepFresh();
                break;
        }
    }

    /// <summary>The life of an id that only this thread writes: it must be there once from the insert to the delete.</summary>
    private void StepFresh()
    {
        switch (_freshStep++ % 5)
        {
            case 0:
                _fresh = ids.TakeFresh(thread);
                Insert(_fresh, 1);
                break;
            case 1:
                Get(_fresh);
                SearchFor(_fresh, 1);
                break;
            case 2:
                Store([VersionedRecord.Make(_fresh, 2)]);
                break;
            case 3:
                SearchFor(_fresh, 2);
                break;
            default:
                Delete([_fresh]);
                break;
        }
    }

    private VectorId AnyId() => Ids.Contended[_random.Next(_random.Next(2) == 0 ? Ids.ContendedCount / 8 : Ids.ContendedCount)];

    private VectorId[] SomeIds() => [.. Enumerable.Range(0, _random.Next(2, 9)).Select(_ => AnyId()).Distinct()];

    /// <returns>The version that was seen; 0 for none.</returns>
    private long Get(VectorId id)
    {
        if (!TryRead("get", () => collection.GetAsync(id), out VectorRecord? record, out long invoked, out long returned))
            return 0;
        Operation read = AnswerReader.OfRecord(id, record, invoked, returned, "get");
        Add(id, read);
        return read.Version;
    }

    private void GetMany(IReadOnlyList<VectorId> many)
    {
        if (!TryRead(
            "get of many", () => collection.GetAsync(many), out IReadOnlyList<VectorRecord?>? records, out long invoked,
            out long returned))
            return;
        for (int i = 0; i < many.Count; i++)
            Add(many[i], AnswerReader.OfRecord(many[i], records[i], invoked, returned, "get of many"));
    }

    private void SearchFor(VectorId id, long version)
    {
        if (version == 0
            || !TryRead(
                "search", () => collection.SearchAsync(VersionedRecord.Vector(id, version), SameCode), out SearchResult? result,
                out long invoked, out long returned))
            return;
        Add(id, AnswerReader.OfSearchFor(id, version, result.Hits, invoked, returned, "search"));
    }

    private void ProbeFor(VectorId id, long version)
    {
        if (version == 0
            || !TryRead(
                "probe", () => collection.ProbeAsync(VersionedRecord.Vector(id, version), SameBucket), out ProbeResult? result,
                out long invoked, out long returned))
            return;
        if (AnswerReader.OfProbeFor(id, version, result.Hits, invoked, returned, "probe") is { } read)
            Add(id, read);
    }

    private void SearchForMany(VectorId[] many)
    {
        (VectorId Id, long Version)[] wanted =
            [.. many.Select(id => (id, ids.NewestVersion(id))).Where(entry => entry.Item2 > 0)];
        if (wanted.Length == 0)
            return;
        float[] queries = [.. wanted.SelectMany(entry => VersionedRecord.Vector(entry.Id, entry.Version))];
        if (!TryRead(
            "batch search", () => collection.SearchBatchAsync(queries, SameCode), out IReadOnlyList<SearchResult>? results,
            out long invoked, out long returned))
            return;
        for (int i = 0; i < wanted.Length; i++)
        {
            (VectorId id, long version) = wanted[i];
            Add(id, AnswerReader.OfSearchFor(id, version, results[i].Hits, invoked, returned, "batch search"));
        }
    }

    private void SearchForAll(SearchOptions options, string how)
    {
        List<VectorId> expected = ids.All();
        if (!TryRead(
            how, () => collection.SearchAsync(VersionedRecord.ShortVector, options), out SearchResult? result, out long invoked,
            out long returned))
            return;
        if (result.Statistics.Plan == SearchPlan.Sketches)
            Count(how + " over sketches");
        if (result.Hits.Count == Top)
            throw new InvalidOperationException($"A search for all gave {Top} results, as many as it asked for: there may be more.");
        foreach ((VectorId id, Operation read) in AnswerReader.OfSearchForAll(expected, result.Hits, invoked, returned, how))
            Add(id, read);
    }

    private void Upsert(IReadOnlyList<VectorId> some) => Store([.. some.Select(id => VersionedRecord.Make(id, ids.NextVersion(id)))]);

    private void Store(VectorRecord[] records) => Write(
        records.Length == 1 ? "upsert" : "upsert of many",
        [.. records.Select(record => (record.Id, OperationKind.Upsert, (long)record.Labels.Span[0]))],
        () => collection.UpsertAsync(records));

    private void Delete(VectorId[] some) => Write(
        some.Length == 1 ? "delete" : "delete of many",
        [.. some.Select(id => (id, OperationKind.Delete, 0L))],
        () => collection.DeleteAsync(some));

    private void Insert(VectorId id, long version) => Write(
        "insert",
        [(id, OperationKind.Insert, version)],
        async () =>
        {
            try
            {
                await collection.InsertAsync(VersionedRecord.Make(id, version)).ConfigureAwait(false);
                return 0;
            }
            catch (HashDbException exception) when (exception.Code == HashDbErrorCode.DuplicateId)
            {
                return 1;
            }
        });

    /// <param name="how">Name of the call.</param>
    /// <param name="written">What it does to which ids.</param>
    /// <param name="call">Gives how many of the ids were there before.</param>
    private void Write(string how, (VectorId Id, OperationKind Kind, long Version)[] written, Func<Task<int>> call)
    {
        Count(how);
        long returned = Operation.Never;
        bool? found = null;
        long invoked = Stopwatch.GetTimestamp();
        try
        {
            int count = call().GetAwaiter().GetResult();
            returned = Stopwatch.GetTimestamp();
            if (written.Length == 1 || count == 0 || count == written.Length)
                found = count != 0;
        }
        catch (HashDbException exception) when (IsWithoutAnswer(exception))
        {
            Count(how + " without an answer");
        }
        foreach ((VectorId id, OperationKind kind, long version) in written)
            Add(id, new Operation(kind, version, invoked, returned) { Found = found, How = how });
    }

    private bool TryRead<T>(
        string how, Func<Task<T>> call, [NotNullWhen(true)] out T answer, out long invoked, out long returned)
    {
        Count(how);
        invoked = Stopwatch.GetTimestamp();
        try
        {
            answer = call().GetAwaiter().GetResult()!;
            returned = Stopwatch.GetTimestamp();
            return true;
        }
        catch (HashDbException exception) when (IsWithoutAnswer(exception))
        {
            Count(how + " without an answer");
            answer = default!;
            returned = Operation.Never;
            return false;
        }
    }

    private static bool IsWithoutAnswer(HashDbException exception) =>
        exception.Code is HashDbErrorCode.ConnectionLost or HashDbErrorCode.Timeout or HashDbErrorCode.Overloaded;

    private void Add(VectorId id, Operation operation) => _history.Add((id, operation with { Thread = thread }));

    private void Count(string how) => _counts[how] = _counts.GetValueOrDefault(how) + 1;
}
