using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Server.Internal.Connections;
using HashDb.Server.Internal.Requests;
using HashDb.Server.Tests.Support;

namespace HashDb.Server.Tests;

public sealed class SubscriptionTests
{
    // Each of 480 subscriptions computed the same figures ten times a second: three quarters of a core.
    [Fact]
    public async Task Subscriptions_share_the_figures_that_are_computed()
    {
        await using TestServer server = await TestServer.StartWithCollectionAsync();
        const int connections = 10;
        const int frames = 10 * connections * SubscriptionLimit.MaxSubscriptions;
        var clients = new List<RawClient>();
        for (int i = 0; i < connections; i++)
        {
            clients.Add(await RawClient.OpenAsync(server.EndPoint));
            for (uint id = 2; id < SubscriptionLimit.MaxSubscriptions + 2; id++)
                await clients[i].SendAsync(id, Opcode.SubscribeStatistics, new SubscribeStatisticsRequest(TestServer.Collection, 100));
        }

        await Task.WhenAll(clients.Select(async client =>
        {
            for (int i = 0; i < frames / connections; i++)
                (await client.ReceiveAsync()).ShouldNotBeNull().Read<StatisticsAnswer>().Statistics.Name.ShouldBe(TestServer.Collection);
        }));

        // Each subscription once for its first frame; after that, one for all of them at a time.
        server.Server.Context.Statistics.Computed.ShouldBeLessThan(frames / 4);
        foreach (RawClient client in clients)
            await client.DisposeAsync();
    }

    [Fact]
    public async Task First_figures_of_a_subscription_hold_the_writes_before_it()
    {
        await using TestServer server = await TestServer.StartWithCollectionAsync();
        await using RawClient client = await RawClient.OpenAsync(server.EndPoint);
        for (int i = 0; i < 5; i++)
        {
            await client.AskAsync(2, Opcode.Insert, TestServer.Insert(10 * i, 10));
            await client.SendAsync(3, Opcode.SubscribeStatistics, new SubscribeStatisticsRequest(TestServer.Collection, 60_000));
            (await client.ReceiveAsync()).ShouldNotBeNull().Read<StatisticsAnswer>().Statistics.Count.ShouldBe(10 * i + 10);
            await client.SendAsync(3, Opcode.Cancel, default(EmptyMessage));
            (await client.ReceiveAsync()).ShouldNotBeNull().Error.Code.ShouldBe(HashDbErrorCode.Cancelled);
        }
    }

    [Fact]
    public async Task Connection_has_so_many_subscriptions_and_one_that_ends_makes_room()
    {
        await using TestServer server = await TestServer.StartWithCollectionAsync();
        await using RawClient client = await RawClient.OpenAsync(server.EndPoint);
        var request = new SubscribeStatisticsRequest(TestServer.Collection, 3_600_000);
        for (uint id = 1; id <= SubscriptionLimit.MaxSubscriptions; id++)
            (await client.AskAsync(id, Opcode.SubscribeStatistics, request)).Header.HasMore.ShouldBeTrue();

        (await client.AskAsync(99, Opcode.SubscribeStatistics, request)).Error.Code.ShouldBe(HashDbErrorCode.LimitExceeded);
        await client.SendAsync(1, Opcode.Cancel, default(EmptyMessage));
        (await client.ReceiveAsync()).ShouldNotBeNull().Error.Code.ShouldBe(HashDbErrorCode.Cancelled);

        (await client.AskAsync(100, Opcode.SubscribeStatistics, request)).Header.HasMore.ShouldBeTrue();
    }

    [Theory]
    [InlineData(100, 1_000_000, 100)]
    [InlineData(100, 1_000_001, 199)]
    [InlineData(250, 1_000_000, 300)]
    public void Subscriptions_wake_together_and_not_too_early(int interval, long now, int expected) =>
        SharedStatistics.DelayOf(interval, now).ShouldBe(expected);
}
