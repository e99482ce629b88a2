using HashDb.Storage.Files;
using HashDb.Storage.Tests.Faults;
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Engine;

/// <summary>What one caller was told, another who asks later is told too: all ways to a record change at one moment.</summary>
public sealed class VisibilityTests : IAsyncLifetime
{
    private const int Dimensions = 8;

    /// <summary>Long enough for a wrong answer to arrive; a right one cannot, however slow the machine is.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private static readonly VectorId Id = new(3);

    private readonly TemporaryDirectory _directory = new();
    private readonly FaultPoints _points = new();
    private readonly ManualResetEventSlim _reached = new();
    private readonly ManualResetEventSlim _proceed = new();
    private HashDatabase? _database;
    private Collection? _collection;

    private Collection Items => _collection!;

    public async ValueTask InitializeAsync()
    {
        _database = await HashDatabase.OpenAsync(_directory.Of("db"), new DatabaseOptions { FaultPoints = _points });
        _collection = (Collection)await _database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
    }

    public async ValueTask DisposeAsync()
    {
        _points.Hook = null;
        _proceed.Set();
        await _database!.DisposeAsync();
        _directory.Dispose();
        _reached.Dispose();
        _proceed.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Get_sees_no_write_before_searches_do(bool isDeletedToo)
    {
        // A get saw a new version as soon as the id pointed at it. A search that followed it could still find the old one, because the
        // write was not published, and for as long as other writes of its group took. Eight threads and a checker found it.
        VectorRecord old = Samples.Records(1, Id.Value, 1, Dimensions)[0];
        VectorRecord next = Samples.Records(2, Id.Value, 1, Dimensions)[0];
        await Items.UpsertAsync(old);
        Task[] writes = await HoldAtAsync(
            FaultPoints.BeforePublished, () => isDeletedToo ? [Items.UpsertAsync(next), Items.DeleteAsync(Id)] : [Items.UpsertAsync(next)]);

        Task<VectorRecord?> get = Task.Run(() => Items.GetAsync(Id));

        (await Task.WhenAny(get, Task.Delay(Patience))).ShouldNotBe(get);
        (await DistanceAsync(old)).ShouldBe(0);
        _proceed.Set();
        VectorRecord? seen = await get;
        if (isDeletedToo)
            seen.ShouldBeNull();
        else
            seen.ShouldNotBeNull().Vector.ToArray().ShouldBe(next.Vector.ToArray());
        (await DistanceAsync(next)).ShouldBe(isDeletedToo ? null : 0);
        await Task.WhenAll(writes);
    }

    [Fact]
    public async Task Insert_that_duplicates_a_write_of_its_group_is_refused_when_that_write_can_be_seen()
    {
        // The refusal came as soon as the group was planned. Who was told that the id is stored did not find it, and after a crash nobody
        // would have. Eight threads and a checker found it.
        VectorRecord record = Samples.Records(1, Id.Value, 1, Dimensions)[0];
        Task[] writes = await HoldAtAsync(FaultPoints.AfterLogWritten, () => [Items.InsertAsync(record), Items.InsertAsync(record)]);

        (await Task.WhenAny(writes[1], Task.Delay(Patience))).ShouldNotBe(writes[1]);
        _proceed.Set();

        (await Should.ThrowAsync<HashDbException>(() => writes[1])).Code.ShouldBe(HashDbErrorCode.DuplicateId);
        (await Items.GetAsync(Id)).ShouldNotBeNull();
        await writes[0];
    }

    [Fact]
    public async Task Insert_that_duplicates_a_write_of_its_group_that_fails_is_told_to_come_again()
    {
        VectorRecord record = Samples.Records(1, Id.Value, 1, Dimensions)[0];
        Task[] writes = await HoldAtAsync(FaultPoints.BeforeRecordsWritten, () => [Items.InsertAsync(record), Items.InsertAsync(record)]);
        _points.Hook = Device.FullAt(FaultPoints.LogAppend);
        _proceed.Set();

        (await Should.ThrowAsync<HashDbException>(() => writes[0])).Code.ShouldBe(HashDbErrorCode.DiskFull);
        HashDbException again = await Should.ThrowAsync<HashDbException>(() => writes[1]);
        (again.Code, again.IsTransient).ShouldBe((HashDbErrorCode.Overloaded, true));
        _points.Hook = null;
        await Items.InsertAsync(record);
    }

    [Fact]
    public async Task Records_that_are_replaced_are_counted_once_at_every_moment()
    {
        // Rows died one by one before those in their place were published: a record that was written again and again was not counted now
        // and then, and a group could leave fewer than none.
        await Items.UpsertAsync(Samples.Records(1, Id.Value, 1, Dimensions)[0]);
        Task[] writes = await HoldAtAsync(
            FaultPoints.BeforePublished,
            () => [.. Enumerable.Range(2, 5).Select(i => Items.UpsertAsync(Samples.Records(i, Id.Value, 1, Dimensions)[0]))]);

        (await Items.CountAsync()).ShouldBe(2);
        Items.GetStatistics().Count.ShouldBe(2);
        _proceed.Set();
        await Task.WhenAll(writes);
        (await Items.CountAsync()).ShouldBe(2);
    }

    /// <summary>Makes writes one group, and holds it at a point until <see cref="_proceed"/> is set.</summary>
    private async Task<Task[]> HoldAtAsync(string point, Func<Task[]> write)
    {
        // A group before it is held until all of them are queued.
        using var isFirstBegun = new ManualResetEventSlim();
        using var areQueued = new ManualResetEventSlim();
        int groups = 0;
        _points.Hook = passed =>
        {
            if (passed == FaultPoints.BeforeRecordsWritten && ++groups == 1)
            {
                isFirstBegun.Set();
                areQueued.Wait();
            }
            if (passed != point || groups != 2)
                return;
            _reached.Set();
            _proceed.Wait();
        };
        Task before = Items.UpsertAsync(Samples.Records(1, 1_000, 1, Dimensions)[0]);
        isFirstBegun.Wait();
        Task[] writes = write();
        areQueued.Set();
        await before;
        _reached.Wait();
        return writes;
    }

    /// <summary>How far the item is from a vector that it had or has; null when it is not found, or not there.</summary>
    private async Task<float?> DistanceAsync(VectorRecord record)
    {
        SearchResult result = await Items.SearchAsync(record.Vector, new SearchOptions { TargetRecall = 1 });
        return result.Hits.Where(hit => hit.Id == Id).Select(hit => (float?)hit.Distance).SingleOrDefault();
    }
}
