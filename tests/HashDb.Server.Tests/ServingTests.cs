using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Server.Tests.Support;
using HashDb.Storage;

namespace HashDb.Server.Tests;

public sealed class ServingTests
{
    [Theory]
    [InlineData(ProtocolFeatures.None)]
    [InlineData(ProtocolFeatures.Checksums)]
    internal async Task Server_stores_and_finds_what_was_sent(ProtocolFeatures features)
    {
        await using TestServer server = await TestServer.StartWithCollectionAsync();
        await using RawClient client = await RawClient.OpenAsync(server.EndPoint, features: features);

        (await client.AskAsync(2, Opcode.Insert, TestServer.Insert(0, 100))).Header.IsError.ShouldBeFalse();
        HitsAnswer<SearchHit, SearchHitCodec> found =
            (await client.AskAsync(3, Opcode.Search, TestServer.Search(7))).Read<HitsAnswer<SearchHit, SearchHitCodec>>();

        found.Hits[0].ShouldBe(new SearchHit(new VectorId(7), 0));
        found.Hits.Count.ShouldBe(10);
        found.Statistics!.Candidates.ShouldBe(100);
        RecordsAnswer records = (await client.AskAsync(
            4, Opcode.Get, new GetRequest(TestServer.Collection, [new VectorId(5), new VectorId(500)]))).Read<RecordsAnswer>();
        records.Records[0]!.Vector.ToArray().ShouldBe(TestServer.Vector(5));
        records.Records[1].ShouldBeNull();
    }

    [Fact]
    public async Task Requests_in_flight_are_all_answered_under_their_own_ids()
    {
        await using TestServer server = await TestServer.StartWithCollectionAsync();
        await using RawClient client = await RawClient.OpenAsync(server.EndPoint);
        await client.AskAsync(2, Opcode.Insert, TestServer.Insert(0, 300));

        byte[] requests =
        [
            .. Enumerable.Range(0, 300).SelectMany(i => RawClient.Frame((uint)(1_000 + i), Opcode.Search, TestServer.Search(i)))
        ];
        await client.SendAsync(requests);
        var seen = new HashSet<uint>();
        for (int i = 0; i < 300; i++)
        {
            RawClient.Answer answer = (await client.ReceiveAsync()).ShouldNotBeNull();
            seen.Add(answer.Header.RequestId).ShouldBeTrue();
            answer.Read<HitsAnswer<SearchHit, SearchHitCodec>>().Hits[0].Id.ShouldBe(new VectorId(answer.Header.RequestId - 1_000));
        }
    }

    [Fact]
    public async Task Writes_of_a_connection_are_applied_in_the_order_of_arrival()
    {
        await using TestServer server = await TestServer.StartWithCollectionAsync();
        await using RawClient client = await RawClient.OpenAsync(server.EndPoint);

        // Stamped writes are refused unless each follows the one before, so a single swap would show.
        var id = Guid.NewGuid();
        byte[] requests = [.. Enumerable.Range(0, 100).SelectMany(i => RawClient.Frame(
            (uint)(1 + i),
            Opcode.Insert,
            new StoreRequest(TestServer.Collection, TestServer.Batch(i * 10, 10), new WriteStamp(id, i * 10))))];
        await client.SendAsync((byte[])[.. requests, .. RawClient.Frame(
            500, Opcode.GetNextSequenceNumber, new NextSequenceNumberRequest(TestServer.Collection, id))]);
        long next = -1;
        for (int i = 0; i < 101; i++)
        {
            RawClient.Answer answer = (await client.ReceiveAsync()).ShouldNotBeNull();
            answer.Header.IsError.ShouldBeFalse();
            if (answer.Header.RequestId == 500)
                next = answer.Read<CountAnswer>().Count;
        }

        next.ShouldBe(1_000);
    }

    [Fact]
    public async Task Bodies_longer_than_a_pipe_segment_arrive_whole()
    {
        await using TestServer server = await TestServer.StartWithCollectionAsync();
        await using RawClient client = await RawClient.OpenAsync(server.EndPoint, features: ProtocolFeatures.Checksums);

        // 16,384 vectors of 64 bytes: more than a megabyte.
        (await client.AskAsync(2, Opcode.Insert, TestServer.Insert(0, StorageLimits.MaxBatchRecords))).Header.IsError.ShouldBeFalse();
        StatisticsAnswer figures =
            (await client.AskAsync(3, Opcode.GetStatistics, new CollectionRequest(TestServer.Collection))).Read<StatisticsAnswer>();

        figures.Statistics.Count.ShouldBe(StorageLimits.MaxBatchRecords);
    }

    [Fact]
    public async Task Long_answers_come_in_several_frames()
    {
        await using TestServer server = await TestServer.StartWithCollectionAsync();
        await using RawClient client = await RawClient.OpenAsync(server.EndPoint);
        for (uint i = 0; i < 8; i++)
            (await client.AskAsync(2 + i, Opcode.Insert, TestServer.Insert((int)i * 16_384, 16_384))).Header.IsError.ShouldBeFalse();

        await client.SendAsync(
            20, Opcode.Probe, new ProbeRequest(
                TestServer.Collection, new QueryVectors(TestServer.Vector(0)), new ProbeOptions { Radius = 16 }));
        var ids = new HashSet<VectorId>();
        int frames = 0;
        while (true)
        {
            RawClient.Answer answer = (await client.ReceiveAsync()).ShouldNotBeNull();
            frames++;
            ids.UnionWith(answer.Read<HitsAnswer<ProbeHit, ProbeHitCodec>>().Hits.Select(hit => hit.Id));
            if (!answer.Header.HasMore)
                break;
        }

        frames.ShouldBe(2);
        ids.Count.ShouldBe(8 * 16_384);
    }

    [Fact]
    public async Task Cancelled_subscription_ends_with_the_error_Cancelled()
    {
        await using TestServer server = await TestServer.StartWithCollectionAsync();
        await using RawClient client = await RawClient.OpenAsync(server.EndPoint);

        await client.SendAsync(9, Opcode.SubscribeStatistics, new SubscribeStatisticsRequest(TestServer.Collection, 100));
        (await client.ReceiveAsync()).ShouldNotBeNull().Header.HasMore.ShouldBeTrue();
        (await client.ReceiveAsync()).ShouldNotBeNull().Header.HasMore.ShouldBeTrue();
        await client.SendAsync(9, Opcode.Cancel, default(EmptyMessage));
        RawClient.Answer last;
        do
        {
            last = (await client.ReceiveAsync()).ShouldNotBeNull();
        }
        while (last.Header.HasMore);

        last.Error.Code.ShouldBe(HashDbErrorCode.Cancelled);
        (await client.AskAsync(10, Opcode.Ping, default(EmptyMessage))).Header.IsError.ShouldBeFalse();
    }
}
