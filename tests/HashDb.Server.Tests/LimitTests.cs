using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Server.Tests.Support;
using HashDb.Storage;

namespace HashDb.Server.Tests;

public sealed class LimitTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task Unknown_opcode_is_answered_and_the_connection_goes_on()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using RawClient client = await RawClient.OpenAsync(server.EndPoint);

        foreach (ushort opcode in new ushort[] { 0, 4, 99, 1_000, ushort.MaxValue })
        {
            await client.SendAsync(1, opcode + 5u, opcode, 0, [0x90]);
            RawClient.Answer answer = (await client.ReceiveAsync()).ShouldNotBeNull();
            answer.Header.RequestId.ShouldBe(opcode + 5u);
            answer.Error.Code.ShouldBe(HashDbErrorCode.UnsupportedOperation);
        }

        (await client.AskAsync(9, Opcode.Ping, default(EmptyMessage))).Header.IsError.ShouldBeFalse();
    }

    [Fact]
    public async Task Malformed_body_of_a_sound_frame_is_answered_and_the_connection_goes_on()
    {
        await using TestServer server = await TestServer.StartWithCollectionAsync();
        await using RawClient client = await RawClient.OpenAsync(server.EndPoint);
        byte[] search = RawClient.Frame(7, Opcode.Search, TestServer.Search(0))[FrameHeader.ByteCount..];

        // Every prefix, every kind of rubbish and a body with something behind it.
        var bodies = Enumerable.Range(0, search.Length).Select(length => search[..length]).ToList();
        bodies.AddRange([[0xC1], [0xDD, 0xFF, 0xFF, 0xFF, 0xFF], [0x93, 0xA1, (byte)'x', 0xC6, 0xFF, 0xFF, 0xFF, 0xFF], [.. search, 0x00]]);
        foreach (byte[] body in bodies)
        {
            await client.SendAsync((uint)body.Length, 7, (ushort)Opcode.Search, 0, body);
            RawClient.Answer answer = (await client.ReceiveAsync()).ShouldNotBeNull();
            answer.Header.RequestId.ShouldBe(7u);
            answer.Error.Code.ShouldBe(HashDbErrorCode.ProtocolError);
        }

        (await client.AskAsync(8, Opcode.Ping, default(EmptyMessage))).Header.IsError.ShouldBeFalse();
    }

    [Fact]
    public async Task Ten_thousand_levels_of_nesting_are_a_protocol_error()
    {
        await using TestServer server = await TestServer.StartWithCollectionAsync();
        await using RawClient client = await RawClient.OpenAsync(server.EndPoint);

        // Arrays in arrays, where fields that this build does not know are passed over.
        byte[] search = RawClient.Frame(7, Opcode.Search, TestServer.Search(0))[FrameHeader.ByteCount..];
        byte[] deep = [0x97, .. search[1..], .. Enumerable.Repeat((byte)0x91, 10_000), 0x90];
        await client.SendAsync((uint)deep.Length, 7, (ushort)Opcode.Search, 0, deep);

        (await client.ReceiveAsync()).ShouldNotBeNull().Error.Code.ShouldBe(HashDbErrorCode.ProtocolError);
        (await client.AskAsync(8, Opcode.Search, TestServer.Search(0))).Header.IsError.ShouldBeFalse();
    }

    [Theory]
    [InlineData(80u * 1024 * 1024 + 1)]
    [InlineData(0x8000_0000u)]
    [InlineData(uint.MaxValue)]
    public async Task Announced_length_beyond_the_limit_ends_the_connection_before_a_body_is_waited_for(uint length)
    {
        await using TestServer server = await TestServer.StartAsync();
        await using RawClient client = await RawClient.OpenAsync(server.EndPoint);

        await client.SendAsync(length, 7, (ushort)Opcode.Insert, 0, []);

        RawClient.Answer answer = (await client.ReceiveAsync()).ShouldNotBeNull();
        answer.Header.RequestId.ShouldBe(0u);
        answer.Error.Code.ShouldBe(HashDbErrorCode.ProtocolError);
        answer.Error.Message.ShouldContain($"{length}");
        (await client.ReceiveAsync()).ShouldBeNull();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Frame_with_a_wrong_checksum_ends_the_connection_and_does_nothing(bool isLarge)
    {
        await using TestServer server = await TestServer.StartWithCollectionAsync();
        await using RawClient client = await RawClient.OpenAsync(server.EndPoint, features: ProtocolFeatures.Checksums);
        byte[] frame = RawClient.Frame(2, Opcode.Insert, TestServer.Insert(0, isLarge ? 5_000 : 10), hasChecksums: true);

        frame[^20] ^= 1;
        await client.SendAsync(frame);

        RawClient.Answer answer = (await client.ReceiveAsync()).ShouldNotBeNull();
        answer.Header.RequestId.ShouldBe(0u);
        answer.Error.Code.ShouldBe(HashDbErrorCode.ProtocolError);
        (await client.ReceiveAsync()).ShouldBeNull();
        await using RawClient other = await RawClient.OpenAsync(server.EndPoint);
        (await other.AskAsync(
            2, Opcode.GetStatistics, new CollectionRequest(TestServer.Collection))).Read<StatisticsAnswer>().Statistics.Count
            .ShouldBe(0);
    }

    [Fact]
    public async Task Connection_beyond_the_limit_is_told_so_and_one_that_ends_makes_room()
    {
        await using TestServer server = await TestServer.StartAsync(options => options with { MaxConnections = 2 });
        await using RawClient first = await RawClient.OpenAsync(server.EndPoint);
        RawClient second = await RawClient.OpenAsync(server.EndPoint);

        await using (RawClient third = await RawClient.ConnectAsync(server.EndPoint))
        {
            RawClient.Answer answer = (await third.ReceiveAsync()).ShouldNotBeNull();
            answer.Error.Code.ShouldBe(HashDbErrorCode.Overloaded);
            answer.Error.IsTransient.ShouldBeTrue();
            (await third.ReceiveAsync()).ShouldBeNull();
        }

        await second.DisposeAsync();
        RawClient? fourth = null;
        while (fourth is null)
        {
            RawClient tried = await RawClient.ConnectAsync(server.EndPoint);
            try
            {
                if (!(await tried.GreetAsync()).Header.IsError)
                    fourth = tried;
            }
            catch (Exception error) when (error is IOException)
            {
                await tried.DisposeAsync();
            }
        }

        (await fourth.AskAsync(2, Opcode.Ping, default(EmptyMessage))).Header.IsError.ShouldBeFalse();
        await fourth.DisposeAsync();
    }

    [Fact]
    public async Task Requests_beyond_the_rate_are_answered_with_Overloaded()
    {
        await using TestServer server = await TestServer.StartAsync(options => options with { MaxRequestsPerSecond = 5 });
        await using RawClient client = await RawClient.OpenAsync(server.EndPoint);
        await client.SendAsync(
            Enumerable.Range(1, 100).SelectMany(i => RawClient.Frame((uint)i, Opcode.Ping, default(EmptyMessage))).ToArray());

        int refused = 0;
        for (int i = 0; i < 100; i++)
        {
            RawClient.Answer answer = (await client.ReceiveAsync()).ShouldNotBeNull();
            if (answer.Header.IsError)
            {
                answer.Error.Code.ShouldBe(HashDbErrorCode.Overloaded);
                refused++;
            }
        }

        refused.ShouldBeInRange(50, 95);
    }

    [Fact]
    public async Task Request_id_that_is_in_flight_already_ends_the_connection()
    {
        await using TestServer server = await TestServer.StartWithCollectionAsync();
        await using RawClient client = await RawClient.OpenAsync(server.EndPoint);
        await client.SendAsync(9, Opcode.SubscribeStatistics, new SubscribeStatisticsRequest(TestServer.Collection, 60_000));
        (await client.ReceiveAsync()).ShouldNotBeNull().Header.HasMore.ShouldBeTrue();

        await client.SendAsync(9, Opcode.Ping, default(EmptyMessage));

        (await ErrorsUntilClosedAsync(client)).ShouldContain((0u, HashDbErrorCode.ProtocolError));
    }

    [Fact]
    public async Task Places_in_flight_are_limited_and_a_cancellation_makes_room()
    {
        await using TestServer server = await TestServer.StartWithCollectionAsync(options => options with { MaxInFlightPerConnection = 2 });
        await using RawClient client = await RawClient.OpenAsync(server.EndPoint);
        for (uint id = 1; id <= 2; id++)
        {
            await client.SendAsync(id, Opcode.SubscribeStatistics, new SubscribeStatisticsRequest(TestServer.Collection, 3_600_000));
            (await client.ReceiveAsync()).ShouldNotBeNull().Header.RequestId.ShouldBe(id);
        }

        // Both places are taken for good, so only the cancellation, which needs none, can be read; then the ping.
        await client.SendAsync((byte[])[.. RawClient.Frame(
            1, Opcode.Cancel, default(EmptyMessage)), .. RawClient.Frame(3, Opcode.Ping, default(EmptyMessage))]);

        (await client.ReceiveAsync()).ShouldNotBeNull().Error.Code.ShouldBe(HashDbErrorCode.Cancelled);
        (await client.ReceiveAsync()).ShouldNotBeNull().Header.RequestId.ShouldBe(3u);
    }

    [Fact]
    public async Task Answer_that_can_never_have_its_memory_is_refused_with_the_limit()
    {
        await using TestServer server =
            await TestServer.StartWithCollectionAsync(options => options with { MaxFrameBytes = 1 << 20, RequestMemoryBytes = 2 << 20 });
        await using RawClient client = await RawClient.OpenAsync(server.EndPoint);
        float[] queries = [.. Enumerable.Range(0, 100).SelectMany(TestServer.Vector)];

        RawClient.Answer answer = await client.AskAsync(
            2, Opcode.SearchBatch, new SearchRequest(
                TestServer.Collection, new QueryVectors(queries), new SearchOptions { Top = StorageLimits.MaxTop }));

        answer.Error.Code.ShouldBe(HashDbErrorCode.LimitExceeded);
        answer.Error.Message.ShouldContain("RequestMemoryBytes");
    }

    [Fact]
    public async Task Large_request_that_gets_no_memory_in_time_is_passed_over_and_answered_with_Overloaded()
    {
        await using TestServer server = await TestServer.StartWithCollectionAsync(options => options with
        {
            MaxFrameBytes = 1 << 20,
            RequestMemoryBytes = 2 << 20,
            MemoryTimeout = Short,
        });
        await using RawClient hog = await RawClient.OpenAsync(server.EndPoint);
        await using RawClient client = await RawClient.OpenAsync(server.EndPoint);
        byte[] body = new byte[1 << 20];

        // The whole memory for a body that never comes to its end.
        await hog.SendAsync(1 << 20, 5, (ushort)Opcode.Insert, 0, body[..^1]);
        while (server.Server.Context.Memory.Used < server.Server.Context.Memory.Capacity)
            await Task.Delay(5);
        await client.SendAsync(1 << 20, 2, (ushort)Opcode.Insert, 0, body);
        RawClient.Answer answer = (await client.ReceiveAsync()).ShouldNotBeNull();

        answer.Error.Code.ShouldBe(HashDbErrorCode.Overloaded);
        answer.Error.IsTransient.ShouldBeTrue();
        (await client.AskAsync(3, Opcode.Ping, default(EmptyMessage))).Header.IsError.ShouldBeFalse();
    }

    [Fact]
    public async Task Handshake_that_does_not_come_in_time_ends_the_connection()
    {
        await using TestServer server = await TestServer.StartAsync(options => options with { HandshakeTimeout = Short });
        await using RawClient client = await RawClient.ConnectAsync(server.EndPoint);

        (await ErrorsUntilClosedAsync(client)).ShouldBe([(0u, HashDbErrorCode.Timeout)]);
    }

    [Fact]
    public async Task Frame_that_comes_a_byte_now_and_then_ends_the_connection()
    {
        await using TestServer server = await TestServer.StartWithCollectionAsync(options => options with { FrameTimeout = Short });
        await using RawClient client = await RawClient.OpenAsync(server.EndPoint);
        byte[] frame = RawClient.Frame(2, Opcode.Insert, TestServer.Insert(0, 10));

        Task<List<(uint Id, HashDbErrorCode Code)>> errors = ErrorsUntilClosedAsync(client);
        try
        {
            for (int i = 0; i < frame.Length && !errors.IsCompleted; i++)
            {
                await client.SendAsync(frame.AsMemory(i, 1));
                await Task.Delay(50);
            }
        }
        catch (IOException)
        {
            // Closed by the server.
        }

        (await errors).ShouldBe([(0u, HashDbErrorCode.Timeout)]);
    }

    [Fact]
    public async Task Connection_that_does_nothing_is_ended_but_not_one_that_waits()
    {
        await using TestServer server = await TestServer.StartWithCollectionAsync(options => options with { IdleTimeout = Short });
        await using RawClient waiting = await RawClient.OpenAsync(server.EndPoint);
        await waiting.SendAsync(1, Opcode.SubscribeStatistics, new SubscribeStatisticsRequest(TestServer.Collection, 1_000));
        await using RawClient idle = await RawClient.OpenAsync(server.EndPoint);

        (await ErrorsUntilClosedAsync(idle)).ShouldBe([(0u, HashDbErrorCode.Timeout)]);
        for (int i = 0; i < 3; i++)
            (await waiting.ReceiveAsync()).ShouldNotBeNull().Header.HasMore.ShouldBeTrue();
    }

    [Fact]
    public async Task Error_of_the_engine_travels_with_its_code_and_the_connection_goes_on()
    {
        await using TestServer server = await TestServer.StartWithCollectionAsync();
        await using RawClient client = await RawClient.OpenAsync(server.EndPoint);
        await client.AskAsync(2, Opcode.Insert, TestServer.Insert(0, 5));

        (await client.AskAsync(3, Opcode.Insert, TestServer.Insert(4, 5))).Error.Code.ShouldBe(HashDbErrorCode.DuplicateId);
        (await client.AskAsync(
            4,
            Opcode.Search,
            new SearchRequest("nowhere", new QueryVectors(TestServer.Vector(0)), new SearchOptions()))).Error.Code.ShouldBe(
                HashDbErrorCode.CollectionNotFound);
        ErrorMessage error = (await client.AskAsync(5, Opcode.Search, TestServer.Search(0, new SearchOptions { Top = 0 }))).Error;
        error.Kind.ShouldBe(ErrorKind.ArgumentOutOfRange);
        error.Parameter.ShouldBe("Top");
        (await client.AskAsync(
            6,
            Opcode.Get,
            new GetRequest(TestServer.Collection, new VectorId[StorageLimits.MaxBatchRecords + 1]))).Error.Code.ShouldBe(
                HashDbErrorCode.InvalidArgument);
        (await client.AskAsync(
            7,
            Opcode.CreateCollection,
            new CreateCollectionRequest("broken", DistanceMetric.Dot, new byte[100]))).Error.Code.ShouldBe(HashDbErrorCode.CorruptData);
    }

    private static async Task<List<(uint Id, HashDbErrorCode Code)>> ErrorsUntilClosedAsync(RawClient client)
    {
        var errors = new List<(uint, HashDbErrorCode)>();
        while (await client.ReceiveAsync() is { } answer)
        {
            if (answer.Header.IsError)
                errors.Add((answer.Header.RequestId, answer.Error.Code));
        }

        return errors;
    }
}
