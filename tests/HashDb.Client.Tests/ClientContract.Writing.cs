using HashDb.Client.Tests.Support;

namespace HashDb.Client.Tests;

public abstract partial class ClientContract
{
    [Fact]
    public async Task Insert_one_and_many_can_be_read_back_in_the_order_asked()
    {
        HashDbCollection collection = await CreateAsync("items", []);
        VectorRecord withPayload = Data.Record(1).With(payload: new byte[] { 0x81, 0xa1, (byte)'a', 0x2a }); // {"a": 42}

        await collection.InsertAsync(withPayload, Cancellation);
        await collection.InsertAsync(Data.Records(2, 50), cancellationToken: Cancellation);

        IReadOnlyList<VectorRecord?> found =
            await collection.GetAsync([new VectorId(51), new VectorId(999), new VectorId(1)], Cancellation);
        found.Count.ShouldBe(3);
        Data.ShouldBeSame(found[0], Data.Record(51));
        found[1].ShouldBeNull();
        Data.ShouldBeSame(found[2], withPayload);
    }

    [Fact]
    public async Task Insert_takes_the_smallest_and_the_largest_id()
    {
        HashDbCollection collection = await CreateAsync("items", []);
        VectorRecord[] records = [Data.Record(1).With(id: new VectorId(0)), Data.Record(2).With(id: new VectorId(ulong.MaxValue))];

        await collection.InsertAsync(records, cancellationToken: Cancellation);

        Data.ShouldBeSame(await collection.GetAsync(new VectorId(0), Cancellation), records[0]);
        Data.ShouldBeSame(await collection.GetAsync(new VectorId(ulong.MaxValue), Cancellation), records[1]);
    }

    [Fact]
    public async Task Upsert_says_how_many_it_replaced()
    {
        HashDbCollection collection = await CreateAsync("items", Data.Records(0, 10));

        (await collection.UpsertAsync(
            [Data.Record(3, 1), Data.Record(4, 1), Data.Record(10)], cancellationToken: Cancellation)).ShouldBe(2);
        (await collection.UpsertAsync(Data.Record(11), Cancellation)).ShouldBeFalse();
        (await collection.UpsertAsync(Data.Record(11, 1), Cancellation)).ShouldBeTrue();

        (await collection.GetStatisticsAsync(Cancellation)).Count.ShouldBe(12);
        Data.ShouldBeSame(await collection.GetAsync(new VectorId(3), Cancellation), Data.Record(3, 1));
        Data.ShouldBeSame(await collection.GetAsync(new VectorId(5), Cancellation), Data.Record(5));
    }

    // What becomes of an id that stands twice in one upsert was not written down.
    [Fact]
    public async Task Upsert_of_one_id_several_times_keeps_the_last_and_counts_each_after_the_first()
    {
        HashDbCollection collection = await CreateAsync("items", Data.Records(0, 2));

        (await collection.UpsertAsync(
            [Data.Record(7), Data.Record(1, 1), Data.Record(7, 1), Data.Record(7, 2)], cancellationToken: Cancellation)).ShouldBe(3);

        (await collection.GetStatisticsAsync(Cancellation)).Count.ShouldBe(3);
        Data.ShouldBeSame(await collection.GetAsync(new VectorId(7), Cancellation), Data.Record(7, 2));
        Data.ShouldBeSame(await collection.GetAsync(new VectorId(1), Cancellation), Data.Record(1, 1));
    }

    [Fact]
    public async Task Upsert_leaves_no_trace_of_the_old_vector_in_searches()
    {
        HashDbCollection collection = await CreateAsync("items", Data.Records(0, 50));
        await collection.UpsertAsync(Data.Record(7).With(vector: Data.Vector(70_090)), Cancellation);

        SearchResult everything =
            await collection.SearchAsync(Data.Vector(7), new SearchOptions { Top = 100, Radius = Data.BitCount }, Cancellation);

        everything.Hits.Count.ShouldBe(50);
        everything.Hits[0].Id.ShouldNotBe(new VectorId(7));
        everything.Hits.Select(hit => hit.Id).Distinct().Count().ShouldBe(50);
    }

    [Fact]
    public async Task Delete_says_how_many_were_there_and_hides_them()
    {
        HashDbCollection collection = await CreateAsync("items", Data.Records(0, 20));

        (await collection.DeleteAsync([new VectorId(1), new VectorId(2), new VectorId(77)], cancellationToken: Cancellation)).ShouldBe(2);
        (await collection.DeleteAsync(new VectorId(1), Cancellation)).ShouldBeFalse();
        (await collection.DeleteAsync(new VectorId(3), Cancellation)).ShouldBeTrue();

        (await collection.GetAsync(new VectorId(2), Cancellation)).ShouldBeNull();
        SearchResult everything =
            await collection.SearchAsync(Data.Vector(2), new SearchOptions { Top = 100, Radius = Data.BitCount }, Cancellation);
        everything.Hits.Count.ShouldBe(17);
        everything.Hits.Select(hit => hit.Id.Value).ShouldNotContain(2UL);
    }

    [Fact]
    public async Task Insert_after_delete_takes_the_id_again()
    {
        HashDbCollection collection = await CreateAsync("items", Data.Records(0, 5));
        await collection.DeleteAsync(new VectorId(2), Cancellation);

        await collection.InsertAsync(Data.Record(2, version: 1), Cancellation);

        Data.ShouldBeSame(await collection.GetAsync(new VectorId(2), Cancellation), Data.Record(2, version: 1));
        (await collection.GetStatisticsAsync(Cancellation)).Count.ShouldBe(5);
    }

    [Fact]
    public async Task Writes_from_many_callers_are_all_stored()
    {
        HashDbCollection collection = await CreateAsync("items", []);

        await Task.WhenAll(
            Enumerable.Range(0, 32).Select(
                i => Task.Run(() => collection.InsertAsync(Data.Records(i * 25, 25), cancellationToken: Cancellation))));

        (await collection.GetStatisticsAsync(Cancellation)).Count.ShouldBe(800);
        foreach (VectorRecord record in Data.Records(0, 800))
            Data.ShouldBeSame(await collection.GetAsync(record.Id, Cancellation), record);
    }

    [Fact]
    public async Task First_write_sent_again_after_4096_other_clients_is_not_carried_out_again()
    {
        // The answer to a first write was lost. Before it was asked for again, so many others had written that its client was forgotten: it
        // was taken for a new one, and the old record came back over the one that had replaced it.
        HashDbCollection collection = await CreateAsync("items", []);
        var stamp = new WriteStamp(Guid.NewGuid(), 0);
        VectorRecord old = Data.Record(7);
        VectorRecord current = new() { Id = old.Id, Vector = Data.Record(8).Vector };
        await collection.UpsertAsync([old], stamp, Cancellation);
        await collection.UpsertAsync([current], cancellationToken: Cancellation);
        await LetOthersWriteAsync(collection, StorageLimits.MaxRememberedClients);

        HashDbException refusal = await Should.ThrowAsync<HashDbException>(() => collection.UpsertAsync([old], stamp, Cancellation));

        refusal.Code.ShouldBe(HashDbErrorCode.WriteGap);
        refusal.Message.ShouldContain("Register");
        await ShouldHoldAsync(collection, [current]);
    }

    [Fact]
    public async Task Writes_without_a_stamp_of_the_caller_go_on_where_clients_are_forgotten()
    {
        HashDbCollection collection = await CreateAsync("items", []);
        await LetOthersWriteAsync(collection, StorageLimits.MaxRememberedClients + 1);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(
            i => collection.InsertAsync(Data.Records(i * 10, 10), cancellationToken: Cancellation)));

        await ShouldHoldAsync(collection, Data.Records(0, 80));
    }

    [Fact]
    public async Task Registered_client_writes_once_and_another_write_under_its_number_is_refused()
    {
        HashDbCollection collection = await CreateAsync("items", []);
        await LetOthersWriteAsync(collection, StorageLimits.MaxRememberedClients + 1);
        ClientRegistration registration = await collection.RegisterAsync(Guid.NewGuid(), Cancellation);
        registration.MayBeForgotten.ShouldBeTrue();
        registration.Next.SequenceNumber.ShouldBe(0);

        (await Should.ThrowAsync<HashDbException>(
            () => collection.InsertAsync(Data.Records(0, 5), registration.Next with { Floor = null }, Cancellation)))
            .Code.ShouldBe(HashDbErrorCode.WriteGap);
        await collection.InsertAsync(Data.Records(0, 5), registration.Next, Cancellation);
        await collection.InsertAsync(Data.Records(0, 5), registration.Next, Cancellation);
        (await Should.ThrowAsync<HashDbException>(
            () => collection.InsertAsync(Data.Records(5, 5), registration.Next, Cancellation))).Code.ShouldBe(HashDbErrorCode.StampReused);

        ClientRegistration again = await collection.RegisterAsync(registration.Next.ClientId, Cancellation);
        again.MayBeForgotten.ShouldBeFalse();
        again.Next.SequenceNumber.ShouldBe(5);
        (await collection.DeleteAsync([Data.Record(0).Id], again.Next, Cancellation)).ShouldBe(1);
        await ShouldHoldAsync(collection, Data.Records(1, 4));
        await Should.ThrowAsync<ArgumentException>(() => collection.RegisterAsync(Guid.Empty, Cancellation));
    }

    /// <summary>So many clients write once each, with a floor.</summary>
    private static async Task LetOthersWriteAsync(HashDbCollection collection, int count)
    {
        long? floor = (await collection.RegisterAsync(Guid.NewGuid(), Cancellation)).Next.Floor;
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (_, _) =>
            await collection.DeleteAsync([new VectorId(1_000_000)], new WriteStamp(Guid.NewGuid(), 0, floor), Cancellation));
    }
}
