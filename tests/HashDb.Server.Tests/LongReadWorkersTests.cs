using System.Collections.Concurrent;
using System.Globalization;
using HashDb.Server.Internal.Requests;
using HashDb.Server.Tests.Support;

namespace HashDb.Server.Tests;

public sealed class LongReadWorkersTests
{
    [Fact]
    public async Task Connections_take_turns_however_much_one_asks_for()
    {
        using var workers = new LongReadWorkers();
        var started = new ConcurrentQueue<string>();
        using var gate = new ManualResetEventSlim();
        int held = Environment.ProcessorCount;
        using var done = new CountdownEvent(held + 101);
        for (int i = 0; i < held; i++)
            new ReadLane(workers.Add).Add(new ReadItem(gate.Wait, done));
        var greedy = new ReadLane(workers.Add);
        for (int i = 0; i < 100; i++)
            greedy.Add(new ReadItem(() => started.Enqueue("greedy"), done));
        new ReadLane(workers.Add).Add(new ReadItem(() => started.Enqueue("modest"), done));
        gate.Set();

        (await Task.Run(() => done.Wait(RawClient.Timeout))).ShouldBeTrue();

        // Second in line; other threads may have taken a turn or two before its own came to write down that it had begun.
        started.ToList().IndexOf("modest").ShouldBeInRange(0, 50);
    }

    // Forty clients with batches of probes made one with single searches wait four times as long: their pieces ran on threads like any
    // other, so the one core had to be shared with each of them.
    [Fact]
    public async Task Threads_of_longer_work_let_others_run_first()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The nice value of a thread is read from /proc.");
        using var workers = new LongReadWorkers();
        string longer = await RunAsync(new ReadLane(workers.Add));
        string shorter = await RunAsync(new ReadLane(new ReadScheduler().Add));

        NiceOf(longer).ShouldBe(Math.Min(NiceOf(shorter) + 10, 19));
    }

    // Requests that were aborted when the server stopped must come to their end, too.
    [Fact]
    public async Task Work_that_comes_when_all_is_over_is_still_done()
    {
        var workers = new LongReadWorkers();
        await RunAsync(new ReadLane(workers.Add));
        workers.Dispose();

        (await RunAsync(new ReadLane(workers.Add))).ShouldNotBeEmpty();
    }

    /// <summary>What the system says of the thread that runs the work.</summary>
    private static async Task<string> RunAsync(ReadLane lane)
    {
        string stat = "";
        using var done = new CountdownEvent(1);
        lane.Add(new ReadItem(() => stat = OperatingSystem.IsLinux() ? File.ReadAllText("/proc/thread-self/stat") : "a thread", done));
        (await Task.Run(() => done.Wait(RawClient.Timeout))).ShouldBeTrue();
        return stat;
    }

    /// <summary>Field 19 of proc_pid_stat(5); the name before it may have spaces.</summary>
    private static int NiceOf(string stat) =>
        int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], CultureInfo.InvariantCulture);
}
