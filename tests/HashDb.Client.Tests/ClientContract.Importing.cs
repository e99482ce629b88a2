using HashDb.Client.Tests.Support;

namespace HashDb.Client.Tests;

public abstract partial class ClientContract
{
    [Fact]
    public async Task Import_acknowledges_in_order_and_stores_everything()
    {
        HashDbCollection collection = await CreateAsync("items", []);
        var reports = new List<ImportProgress>();

        ImportProgress done = await collection.ImportAsync(
            Data.Stream(Data.Records(0, 1_050)), new ImportOptions { BatchSize = 100 }, new Reports(reports), Cancellation);

        reports.Select(report => report.AcknowledgedRecords).ShouldBe([100, 200, 300, 400, 500, 600, 700, 800, 900, 1_000, 1_050]);
        reports.Select(report => report.AcknowledgedBatches).ShouldBe(Enumerable.Range(1, 11).Select(i => (long)i));
        done.AcknowledgedRecords.ShouldBe(1_050);
        await ShouldHoldAsync(collection, Data.Records(0, 1_050));
    }

    [Fact]
    public async Task Import_of_nothing_stores_nothing()
    {
        HashDbCollection collection = await CreateAsync("items", []);

        ImportProgress done = await collection.ImportAsync(Data.Stream([]), null, null, Cancellation);

        done.AcknowledgedRecords.ShouldBe(0);
        await ShouldHoldAsync(collection, []);
    }

    [Fact]
    public async Task Import_that_meets_a_stored_id_says_what_is_stored()
    {
        HashDbCollection collection = await CreateAsync("items", [Data.Record(250)]);
        var reports = new List<ImportProgress>();

        ImportException error = await Should.ThrowAsync<ImportException>(() => collection.ImportAsync(
            Data.Stream(Data.Records(0, 1_000)), new ImportOptions { BatchSize = 100, MaxBatchesInFlight = 3 }, new Reports(reports),
            Cancellation));

        error.Code.ShouldBe(HashDbErrorCode.DuplicateId);
        error.Message.ShouldContain("250");
        error.AcknowledgedRecords.ShouldBe(200);
        error.FailedRecords.ShouldBe(100);
        reports[^1].AcknowledgedRecords.ShouldBe(200);
        await ShouldHoldAsync(collection, [.. Data.Records(0, 200), Data.Record(250)]);
    }

    [Fact]
    public async Task Import_of_a_bad_vector_says_which_and_keeps_what_came_before()
    {
        HashDbCollection collection = await CreateAsync("items", []);
        VectorRecord bad = new() { Id = new VectorId(777), Vector = new float[Data.Dimensions] };

        ImportException error = await Should.ThrowAsync<ImportException>(() => collection.ImportAsync(
            Data.Stream([.. Data.Records(0, 40), bad]), new ImportOptions { BatchSize = 20, MaxBatchesInFlight = 1 }, null, Cancellation));

        error.InnerException.ShouldBeAssignableTo<ArgumentException>();
        error.Code.ShouldBe(HashDbErrorCode.InvalidArgument);
        error.Message.ShouldContain("777");
        error.AcknowledgedRecords.ShouldBe(40);
        await ShouldHoldAsync(collection, Data.Records(0, 40));
    }

    [Fact]
    public async Task Import_begun_again_under_its_id_goes_on_where_it_stopped()
    {
        HashDbCollection collection = await CreateAsync("items", []);
        var options = new ImportOptions { BatchSize = 10, ClientId = Guid.NewGuid() };

        static async IAsyncEnumerable<VectorRecord> Failing()
        {
            foreach (VectorRecord record in Data.Records(0, 55))
                yield return record;
            await Task.Yield();
            throw new IOException("The cable was pulled.");
        }

        await Should.ThrowAsync<ImportException>(() => collection.ImportAsync(Failing(), options, null, Cancellation));
        ImportProgress rest =
            await collection.ImportAsync(Data.Stream(Data.Records(0, 120)), options with { BatchSize = 7 }, null, Cancellation);
        ImportProgress nothing = await collection.ImportAsync(Data.Stream(Data.Records(0, 120)), options, null, Cancellation);
        ImportException shorter = await Should.ThrowAsync<ImportException>(
            () => collection.ImportAsync(Data.Stream(Data.Records(0, 100)), options, null, Cancellation));

        rest.AcknowledgedRecords.ShouldBe(120);
        rest.AcknowledgedBatches.ShouldBe(10);
        nothing.AcknowledgedRecords.ShouldBe(120);
        nothing.AcknowledgedBatches.ShouldBe(0);
        shorter.Message.ShouldContain("120");
        await ShouldHoldAsync(collection, Data.Records(0, 120));
    }

    [Fact]
    public async Task Import_whose_id_may_be_forgotten_is_refused_and_with_its_floor_begins()
    {
        // An import was stopped, 4,096 other clients wrote, and it was begun again: from its first row, as if it were new.
        HashDbCollection collection = await CreateAsync("items", []);
        var options = new ImportOptions { ClientId = Guid.NewGuid(), BatchSize = 10 };
        await collection.ImportAsync(Data.Stream(Data.Records(0, 20)), options, null, Cancellation);
        await collection.DeleteAsync([.. Data.Records(0, 20).Select(record => record.Id)], cancellationToken: Cancellation);
        await LetOthersWriteAsync(collection, StorageLimits.MaxRememberedClients + 1);

        HashDbException refusal = await Should.ThrowAsync<HashDbException>(
            () => collection.ImportAsync(Data.Stream(Data.Records(0, 20)), options, null, Cancellation));
        refusal.Code.ShouldBe(HashDbErrorCode.WriteGap);
        refusal.Message.ShouldContain(nameof(ImportOptions.Floor));
        await ShouldHoldAsync(collection, []);

        // An old floor does not help it; a new id begins with the floor of now, and goes on with the same.
        ImportException old = await Should.ThrowAsync<ImportException>(() => collection.ImportAsync(
            Data.Stream(Data.Records(0, 20)), options with { Floor = 1 }, null, Cancellation));
        old.Code.ShouldBe(HashDbErrorCode.WriteGap);
        ImportOptions fresh = options with { ClientId = Guid.NewGuid() };
        fresh = fresh with { Floor = (await collection.RegisterAsync(fresh.ClientId!.Value, Cancellation)).Next.Floor };
        await collection.ImportAsync(Data.Stream(Data.Records(0, 15)), fresh, null, Cancellation);
        await collection.ImportAsync(Data.Stream(Data.Records(0, 20)), fresh, null, Cancellation);
        await ShouldHoldAsync(collection, Data.Records(0, 20));

        // One without an id is new, always.
        await collection.ImportAsync(Data.Stream(Data.Records(50, 5)), null, null, Cancellation);
        await ShouldHoldAsync(collection, [.. Data.Records(0, 20), .. Data.Records(50, 5)]);
    }

    [Fact]
    public async Task Import_whose_source_fails_keeps_the_batches_before()
    {
        HashDbCollection collection = await CreateAsync("items", []);

        static async IAsyncEnumerable<VectorRecord> Failing()
        {
            foreach (VectorRecord record in Data.Records(0, 55))
                yield return record;
            await Task.Yield();
            throw new IOException("The cable was pulled.");
        }

        ImportException error = await Should.ThrowAsync<ImportException>(
            () => collection.ImportAsync(Failing(), new ImportOptions { BatchSize = 10 }, null, Cancellation));

        error.InnerException.ShouldBeOfType<IOException>();
        error.Message.ShouldContain("The cable was pulled.");
        error.AcknowledgedRecords.ShouldBe(50);
        error.FailedRecords.ShouldBe(0);
        await ShouldHoldAsync(collection, Data.Records(0, 50));
    }

    [Fact]
    public async Task Import_cancelled_stops_and_keeps_what_was_acknowledged()
    {
        HashDbCollection collection = await CreateAsync("items", []);
        using var cancel = new CancellationTokenSource();
        var reports = new List<ImportProgress>();
        var stopping = new Reports(reports, report =>
        {
            if (report.AcknowledgedRecords >= 50)
                cancel.Cancel();
        });

        static async IAsyncEnumerable<VectorRecord> Endless()
        {
            for (int i = 0; ; i++)
            {
                await Task.Yield();
                yield return Data.Record(i);
            }
        }

        await Should.ThrowAsync<OperationCanceledException>(
            () => collection.ImportAsync(Endless(), new ImportOptions { BatchSize = 10 }, stopping, cancel.Token));

        int stored = (int)(await collection.GetStatisticsAsync(Cancellation)).Count;
        stored.ShouldBe((int)reports[^1].AcknowledgedRecords);
        await ShouldHoldAsync(collection, Data.Records(0, stored));
    }

    [Fact]
    public async Task Import_options_outside_their_limits_are_refused()
    {
        HashDbCollection collection = await CreateAsync("items", []);
        foreach (ImportOptions options in new ImportOptions[]
        {
            new() { BatchSize = 0 },
            new() { BatchSize = StorageLimits.MaxBatchRecords + 1 },
            new() { MaxBatchesInFlight = 0 },
            new() { ClientId = Guid.Empty },
            new() { MaxBatchesInFlight = ImportOptions.MaxMaxBatchesInFlight + 1 },
        })
        {
            await Should.ThrowAsync<ArgumentOutOfRangeException>(
                () => collection.ImportAsync(Data.Stream(Data.Records(0, 5)), options, null, Cancellation));
        }

        await ShouldHoldAsync(collection, []);
    }

    private sealed class Reports(List<ImportProgress> list, Action<ImportProgress>? also = null) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value)
        {
            list.Add(value);
            also?.Invoke(value);
        }
    }
}
