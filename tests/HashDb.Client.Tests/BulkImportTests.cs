using HashDb.Client.Tests.Support;
using HashDb.Models;

namespace HashDb.Client.Tests;

/// <summary>The import loop alone, over a collection whose acknowledgements the test holds back.</summary>
public sealed class BulkImportTests : IDisposable
{
    private readonly List<TaskCompletionSource> _pending = [];
    private readonly List<int> _batchSizes = [];
    private readonly SemaphoreSlim _sent = new(0);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _sent.Dispose();

    [Fact]
    public async Task Batches_in_flight_never_pass_the_limit()
    {
        Task<ImportProgress> import = RunAsync(Data.Records(0, 100), new ImportOptions { BatchSize = 10, MaxBatchesInFlight = 3 }, null);

        await WaitForSentAsync(3);
        (await _sent.WaitAsync(200, Cancellation)).ShouldBeFalse("a fourth batch was sent before the first was acknowledged");
        for (int i = 0; i < 10; i++)
        {
            _pending[i].SetResult();
            if (i < 7)
                await WaitForSentAsync(1);
        }

        (await import).AcknowledgedRecords.ShouldBe(100);
        _batchSizes.ShouldBe(Enumerable.Repeat(10, 10));
    }

    [Fact]
    public async Task Acknowledgements_that_arrive_out_of_order_are_reported_in_order()
    {
        var reports = new List<long>();
        Task<ImportProgress> import = RunAsync(Data.Records(0, 40), new ImportOptions { BatchSize = 10, MaxBatchesInFlight = 4 }, reports);

        await WaitForSentAsync(4);
        _pending[2].SetResult();
        _pending[1].SetResult();
        _pending[3].SetResult();
        await Task.Delay(50, Cancellation);
        lock (reports)
            reports.ShouldBeEmpty();
        _pending[0].SetResult();
        await import;

        reports.ShouldBe([10, 20, 30, 40]);
    }

    [Fact]
    public async Task Refused_batch_stops_sending_and_waits_for_what_is_on_its_way()
    {
        Task<ImportProgress> import = RunAsync(Data.Records(0, 1_000), new ImportOptions { BatchSize = 10, MaxBatchesInFlight = 4 }, null);

        await WaitForSentAsync(4);
        _pending[0].SetResult();
        await WaitForSentAsync(1);
        _pending[1].SetException(new HashDbException(HashDbErrorCode.DiskFull, "No space.", isTransient: true));
        await Task.Delay(50, Cancellation);
        import.IsCompleted.ShouldBeFalse();
        _pending[2].SetException(new HashDbException(HashDbErrorCode.DiskFull, "Still no space.", isTransient: true));
        _pending[3].SetResult();
        _pending[4].SetResult();
        for (int i = 5; i < _pending.Count; i++)
            _pending[i].SetResult();

        ImportException error = await Should.ThrowAsync<ImportException>(() => import);
        error.Code.ShouldBe(HashDbErrorCode.DiskFull);
        error.IsTransient.ShouldBeTrue();
        error.AcknowledgedRecords.ShouldBe(10);
        error.FailedRecords.ShouldBe(10);
        error.InnerException!.Message.ShouldBe("No space.");
        _pending.Count.ShouldBeLessThanOrEqualTo(6);
    }

    [Fact]
    public async Task Batch_is_closed_early_when_it_grows_large_in_bytes()
    {
        const int Dimensions = 1_000_000; // 4 MB each: eight of them pass half of a log entry
        float[] vector = new float[Dimensions];
        VectorRecord[] records =
        [
            .. Enumerable.Range(0, 20).Select(i => new VectorRecord { Id = new VectorId((ulong)i), Vector = vector })
        ];
        Task<ImportProgress> import = RunAsync(records, new ImportOptions { BatchSize = 100, MaxBatchesInFlight = 16 }, null);

        await WaitForSentAsync(3);
        foreach (TaskCompletionSource pending in _pending)
            pending.SetResult();

        (await import).AcknowledgedRecords.ShouldBe(20);
        _batchSizes.ShouldBe([8, 8, 4]);
        (8L * Dimensions * sizeof(float)).ShouldBeLessThanOrEqualTo(StorageLimits.MaxBatchBytes / 2);
    }

    private Task<ImportProgress> RunAsync(IEnumerable<VectorRecord> records, ImportOptions options, List<long>? reports) =>
        new HeldCollection(
            batch =>
            {
                var acknowledged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _pending.Add(acknowledged);
                _batchSizes.Add(batch);
                _sent.Release();
                return acknowledged.Task;
            },
            records.First().Vector.Length).ImportAsync(
                Data.Stream(records), options, reports is null ? null : new Recorder(reports), Cancellation);

    private async Task WaitForSentAsync(int count)
    {
        for (int i = 0; i < count; i++)
            (await _sent.WaitAsync(TimeSpan.FromSeconds(30), Cancellation)).ShouldBeTrue("a batch was not sent");
    }

    private sealed class Recorder(List<long> reports) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value)
        {
            lock (reports)
                reports.Add(value.AcknowledgedRecords);
        }
    }
}
