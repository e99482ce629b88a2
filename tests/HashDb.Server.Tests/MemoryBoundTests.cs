using HashDb.Client;
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Server.Internal.Requests;
using HashDb.Server.Tests.Support;
using HashDb.Storage;

namespace HashDb.Server.Tests;

/// <summary>What clients with little right can make the server hold.</summary>
public sealed class MemoryBoundTests
{
    private const int MaxFrameBytes = 8 << 20;
    private const int Stored = 4_000;
    private const int Queries = 2_000;
    private const int CodeBytes = 2;

    // The results of all queries were computed, and only then was memory asked for: a request of 160 KB took 1.3 GB.
    [Fact]
    public async Task Batch_of_probes_holds_two_pieces_of_its_answer_however_large_the_whole_is()
    {
        await using TestServer server = await StartAsync();
        await using RawClient client = await RawClient.OpenAsync(server.EndPoint);
        float[] queries = [.. Enumerable.Range(0, Queries).SelectMany(TestServer.Vector)];
        long before = GC.GetTotalMemory(forceFullCollection: true);

        // Every item for every query: 128 MB of hits, of which the first frame is looked at.
        await client.SendAsync(
            2, Opcode.ProbeBatch, new ProbeRequest(TestServer.Collection, new QueryVectors(queries), new ProbeOptions { Radius = 16 }));
        RawClient.Answer answer = (await client.ReceiveAsync()).ShouldNotBeNull();

        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(24L << 20);
        server.Server.Context.Memory.Used.ShouldBeLessThan(8L << 20);
        long hits = 0;
        int results = 0;
        for (; ; answer = (await client.ReceiveAsync()).ShouldNotBeNull())
        {
            foreach (HitsAnswer<ProbeHit, ProbeHitCodec> part in answer.Read<HitsBatchAnswer<ProbeHit, ProbeHitCodec>>().Parts)
            {
                hits += part.Count;
                results += part.Statistics is null ? 0 : 1;
            }

            if (!answer.Header.HasMore)
                break;
        }

        results.ShouldBe(Queries);
        hits.ShouldBe((long)Queries * Stored);
        await ShouldHoldNothingAsync(server);
    }

    [Fact]
    public async Task Probe_for_hashcodes_holds_two_pieces_of_its_answer_however_large_the_whole_is()
    {
        await using TestServer server = await StartAsync();
        await using RawClient client = await RawClient.OpenAsync(server.EndPoint);
        var options = new ProbeOptions { Radius = 16 };
        long before = GC.GetTotalMemory(forceFullCollection: true);

        // Every item for every hashcode: 96 MB of hits, of which the first frame is looked at.
        await client.SendAsync(
            2, Opcode.ProbeHashcodes, new ProbeHashcodesRequest(TestServer.Collection, new byte[Queries * CodeBytes], Queries, options));
        RawClient.Answer answer = (await client.ReceiveAsync()).ShouldNotBeNull();

        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(24L << 20);
        server.Server.Context.Memory.Used.ShouldBeLessThan(8L << 20);
        int[] hits = new int[Queries];
        int statistics = 0;
        for (; ; answer = (await client.ReceiveAsync()).ShouldNotBeNull())
        {
            HashcodeHitsAnswer part = answer.Read<HashcodeHitsAnswer>();
            for (int i = 0; i < part.Counts.Length; i++)
                hits[part.First + i] += part.Counts.Span[i];
            statistics += part.Statistics is null ? 0 : 1;
            if (!answer.Header.HasMore)
                break;
        }

        hits.ShouldAllBe(count => count == Stored);
        statistics.ShouldBe(1);
        await ShouldHoldNothingAsync(server);
    }

    [Fact]
    public async Task Hits_of_one_hashcode_go_on_in_the_next_frame()
    {
        const int Many = 25 * Stored;
        await using TestServer server = await StartAsync(Many);
        await using RawClient raw = await RawClient.OpenAsync(server.EndPoint);
        var options = new ProbeOptions { Radius = 16 };
        byte[] codes = new byte[3 * CodeBytes];

        await raw.SendAsync(2, Opcode.ProbeHashcodes, new ProbeHashcodesRequest(TestServer.Collection, codes, 3, options));
        var parts = new List<HashcodeHitsAnswer>();
        for (bool hasMore = true; hasMore;)
        {
            RawClient.Answer answer = (await raw.ReceiveAsync()).ShouldNotBeNull();
            answer.Header.BodyBytes.ShouldBeLessThan((uint)ProtocolLimits.AnswerFrameBytes * 2);
            parts.Add(answer.Read<HashcodeHitsAnswer>());
            hasMore = answer.Header.HasMore;
        }

        parts.Count.ShouldBe(6);
        parts.Sum(part => part.Ids.Length).ShouldBe(3 * Many);
        await using HashDbConnection client = await HashDbClient.ConnectAsync($"hashdb://{server.EndPoint}");
        HashDbCollection collection = await client.GetCollectionAsync(TestServer.Collection);
        HashcodeProbeResult whole = await collection.ProbeHashcodesAsync(codes, 3, options);
        whole.Offsets.ToArray().ShouldBe([0, Many, 2 * Many, 3 * Many]);
        whole.Ids.Span[..Many].ToArray().ToHashSet().Count.ShouldBe(Many);
        whole.Ids.Span[..Many].SequenceEqual(whole.Ids.Span[Many..(2 * Many)]).ShouldBeTrue();
        whole.Statistics.Candidates.ShouldBe(3 * Many);
    }

    [Fact]
    public async Task Many_probes_that_nobody_reads_hold_no_more_than_the_request_memory()
    {
        await using TestServer server = await StartAsync();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        var clients = new List<RawClient>();
        for (int i = 0; i < 8; i++)
        {
            RawClient client = await RawClient.OpenAsync(server.EndPoint);
            clients.Add(client);
            for (uint id = 2; id < 102; id++)
                await client.SendAsync(
                    id, Opcode.Probe, new ProbeRequest(
                        TestServer.Collection, new QueryVectors(TestServer.Vector(5)), new ProbeOptions { Radius = 16 }));
        }

        // 800 answers of 64,000 bytes and some computed twice: more than 50 MB, were all held.
        foreach (RawClient client in clients)
            (await client.ReceiveAsync()).ShouldNotBeNull();

        server.Server.Context.Memory.Used.ShouldBeLessThanOrEqualTo(server.Server.Context.Memory.Capacity);
        long bound = server.Server.Context.Memory.Capacity + clients.Count * (128 * 64L * 1024 + (4L << 20));
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(bound);
        foreach (RawClient client in clients)
            await client.DisposeAsync();
        await ShouldHoldNothingAsync(server);
    }

    // Whoever held a read token took 160 MB of the memory with a head of 16 bytes: what it may not do was looked at when all had come.
    [Fact]
    public async Task Request_beyond_the_scope_is_refused_from_its_head_and_takes_no_memory()
    {
        string token = AccessToken.Create();
        string admin = AccessToken.Create();
        await using TestServer server = await TestServer.StartAsync(options => options with
        {
            Tokens = [AccessToken.ToLine(token, AccessScope.Read), AccessToken.ToLine(admin, AccessScope.Admin)],
        });
        await using RawClient client = await RawClient.OpenAsync(server.EndPoint, token);

        await client.SendAsync(80 << 20, 5, (ushort)Opcode.Insert, 0, []);

        RawClient.Answer answer = (await client.ReceiveAsync()).ShouldNotBeNull();
        answer.Header.RequestId.ShouldBe(5u);
        answer.Error.Code.ShouldBe(HashDbErrorCode.PermissionDenied);
        server.Server.Context.Memory.Used.ShouldBe(0);

        // The body is passed over, and the connection goes on.
        byte[] piece = new byte[1 << 20];
        for (int i = 0; i < 80; i++)
            await client.SendAsync(piece);
        (await client.AskAsync(6, Opcode.Ping, default(EmptyMessage))).Header.IsError.ShouldBeFalse();
    }

    [Fact]
    public async Task Announced_length_takes_memory_only_as_its_bytes_come()
    {
        await using TestServer server = await StartAsync();
        await using RawClient client = await RawClient.OpenAsync(server.EndPoint);

        await client.SendAsync(MaxFrameBytes, 5, (ushort)Opcode.Insert, 0, new byte[300_000]);
        while (server.Server.Context.Memory.Used < 600_000)
            await Task.Delay(5);

        server.Server.Context.Memory.Used.ShouldBeLessThan(2_000_000);
    }

    // Four connections that announced long inserts kept every large request out for as long as a frame may take.
    [Fact]
    public async Task Bodies_that_have_stalled_give_way_to_a_client_that_sends()
    {
        await using TestServer server = await StartAsync();
        var hogs = new List<RawClient>();
        byte[] begun = new byte[2 << 20];
        for (int i = 0; i < 5; i++)
        {
            hogs.Add(await RawClient.OpenAsync(server.EndPoint));
            await hogs[i].SendAsync(MaxFrameBytes, 5, (ushort)Opcode.Insert, 0, begun);
        }

        await ShouldHoldMuchAsync(server);
        await using RawClient client = await RawClient.OpenAsync(server.EndPoint);

        (await client.AskAsync(2, Opcode.Insert, TestServer.Insert(Stored, 16_000))).Read<EmptyMessage>();

        // At least one was told, when it sent the rest.
        foreach (RawClient hog in hogs)
            await hog.SendAsync(new byte[MaxFrameBytes - begun.Length]);
        var codes = new List<HashDbErrorCode>();
        foreach (RawClient hog in hogs)
        {
            codes.Add((await hog.ReceiveAsync()).ShouldNotBeNull().Error.Code);
            await hog.DisposeAsync();
        }

        codes.ShouldContain(HashDbErrorCode.Overloaded);
        await ShouldHoldNothingAsync(server);
    }

    // An answer that its client did not take held its memory for as long as the client took a little of it now and then.
    [Fact]
    public async Task Answer_that_its_client_does_not_take_gives_way_to_others()
    {
        await using TestServer server = await StartAsync(Stored * 40);
        await using RawClient client = await RawClient.OpenAsync(server.EndPoint);
        for (uint id = 2; id < 22; id++)
            await client.SendAsync(
                id, Opcode.Probe, new ProbeRequest(
                    TestServer.Collection, new QueryVectors(TestServer.Vector(5)), new ProbeOptions { Radius = 16 }));
        await ShouldHoldMuchAsync(server);

        await using RawClient healthy = await RawClient.OpenAsync(server.EndPoint);
        (await healthy.AskAsync(2, Opcode.Insert, TestServer.Insert(Stored * 40, 16_000))).Read<EmptyMessage>();

        await client.DisposeAsync();
        await ShouldHoldNothingAsync(server);
    }

    // A large request under the number of one that is under way ended the connection and kept its memory for ever: some of these, and the
    // server refused all large requests until it was started again.
    [Fact]
    public async Task Large_request_under_a_number_that_is_taken_gives_its_memory_back()
    {
        await using TestServer server = await StartAsync();
        for (int i = 0; i < 5; i++)
        {
            await using RawClient client = await RawClient.OpenAsync(server.EndPoint);
            await client.SendAsync(9, Opcode.SubscribeStatistics, new SubscribeStatisticsRequest(TestServer.Collection, 10_000));
            await client.SendAsync(9, Opcode.Insert, TestServer.Insert(100_000, Stored));
            while (await client.ReceiveAsync() is not null)
            {
                // The figures, and why the connection ends.
            }
        }

        await ShouldHoldNothingAsync(server);
    }

    private static async Task ShouldHoldMuchAsync(TestServer server)
    {
        using var timeout = new CancellationTokenSource(RawClient.Timeout);
        RequestMemory memory = server.Server.Context.Memory;
        while (memory.Used < memory.Capacity * 3 / 4)
            await Task.Delay(5, timeout.Token);
    }

    private static async Task ShouldHoldNothingAsync(TestServer server)
    {
        using var timeout = new CancellationTokenSource(RawClient.Timeout);
        while (server.Server.Context.Memory.Used != 0)
            await Task.Delay(5, timeout.Token);
    }

    private static async Task<TestServer> StartAsync(int stored = Stored)
    {
        TestServer server = await TestServer.StartWithCollectionAsync(
            options => options with { MaxFrameBytes = MaxFrameBytes, RequestMemoryBytes = 3 * MaxFrameBytes });
        await using RawClient client = await RawClient.OpenAsync(server.EndPoint);
        for (int first = 0; first < stored; first += Stored)
            (await client.AskAsync(2, Opcode.Insert, TestServer.Insert(first, Stored))).Header.IsError.ShouldBeFalse();
        return server;
    }
}
