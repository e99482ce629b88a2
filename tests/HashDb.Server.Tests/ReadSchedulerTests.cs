using System.Collections.Concurrent;
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Server.Internal.Requests;
using HashDb.Server.Tests.Support;

namespace HashDb.Server.Tests;

public sealed class ReadSchedulerTests
{
    /// <summary>As many workers as there are.</summary>
    private static readonly int Held = 2 * Environment.ProcessorCount;

    // Workers that are held up hold threads of the pool, which adds new ones slowly.
    static ReadSchedulerTests()
    {
        ThreadPool.GetMinThreads(out int workers, out int ports);
        ThreadPool.SetMinThreads(Math.Max(workers, 2 * Held), ports);
    }

    [Fact]
    public async Task Connections_take_turns_however_much_one_asks_for()
    {
        var scheduler = new ReadScheduler();
        var started = new ConcurrentQueue<string>();
        using var gate = new ManualResetEventSlim();
        var done = new CountdownEvent(Held + 101);

        // All workers are held up while the requests arrive, so the order in which they then start is the scheduler's alone.
        for (int i = 0; i < Held; i++)
            new ReadLane(scheduler.Add).Add(new ReadItem(gate.Wait, done));
        var greedy = new ReadLane(scheduler.Add);
        for (int i = 0; i < 100; i++)
        {
            greedy.Add(new ReadItem(
                () =>
                {
                    started.Enqueue("greedy");
                    Thread.Sleep(2);
                },
                done));
        }

        new ReadLane(scheduler.Add).Add(new ReadItem(() => started.Enqueue("modest"), done));
        gate.Set();

        await Task.Run(() => done.Wait(RawClient.Timeout)).ContinueWith(waited => waited.Result.ShouldBeTrue(), TaskScheduler.Default);

        // Second in line, and not the last of all; in between only what other workers did while its own was about to begin.
        started.ToList().IndexOf("modest").ShouldBeInRange(0, 50);
    }

    [Fact]
    public async Task Workers_that_are_held_up_are_relieved()
    {
        var scheduler = new ReadScheduler();
        using var gate = new ManualResetEventSlim();
        var held = new CountdownEvent(Held);
        var done = new CountdownEvent(1);
        for (int i = 0; i < Held; i++)
            new ReadLane(scheduler.Add).Add(new ReadItem(gate.Wait, held));
        new ReadLane(scheduler.Add).Add(new ReadItem(() => { }, done));

        while (!done.IsSet)
        {
            scheduler.Relieve();
            await Task.Delay(10);
        }

        gate.Set();
        await Task.Run(() => held.Wait(RawClient.Timeout)).ContinueWith(waited => waited.Result.ShouldBeTrue(), TaskScheduler.Default);
    }

    [Fact]
    public async Task Every_request_of_many_connections_is_answered()
    {
        await using TestServer server = await TestServer.StartWithCollectionAsync();
        await using (RawClient writer = await RawClient.OpenAsync(server.EndPoint))
            await writer.AskAsync(1, Opcode.Insert, TestServer.Insert(0, 500));

        await Parallel.ForAsync(0, 40, new ParallelOptions { MaxDegreeOfParallelism = 40 }, async (connection, _) =>
        {
            await using RawClient client = await RawClient.OpenAsync(server.EndPoint);
            byte[] requests =
            [
                .. Enumerable.Range(0, 60)
                    .SelectMany(i => RawClient.Frame((uint)(1 + i), Opcode.Search, TestServer.Search((connection + i) % 500)))
            ];
            for (int round = 0; round < 5; round++)
            {
                await client.SendAsync(requests);
                for (int i = 0; i < 60; i++)
                {
                    RawClient.Answer answer = (await client.ReceiveAsync()).ShouldNotBeNull();
                    answer.Read<HitsAnswer<SearchHit, SearchHitCodec>>().Hits[0].Id.ShouldBe(
                        new VectorId((ulong)((connection + answer.Header.RequestId - 1) % 500)));
                }
            }
        });
    }
}
