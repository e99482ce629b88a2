using HashDb.Server.Internal.Requests;

namespace HashDb.Server.Tests;

public sealed class RequestMemoryTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    // The clock of a test: Relieve is told what time it is.
    private static long In(int seconds) => Environment.TickCount64 + 1_000L * seconds;

    [Fact]
    public async Task Shares_never_exceed_the_whole_and_the_most_modest_connection_is_served_first()
    {
        var memory = new RequestMemory(100);
        MemoryShare first = Open(memory);
        (await first.TakeAsync(60, Long, default)).ShouldBeTrue();
        Task<bool> large = Open(memory).TakeAsync(80, Long, default).AsTask();
        Task<bool> modest = Open(memory).TakeAsync(50, Long, default).AsTask();

        large.IsCompleted.ShouldBeFalse();
        modest.IsCompleted.ShouldBeFalse();
        first.Dispose();

        (await modest).ShouldBeTrue();
        large.IsCompleted.ShouldBeFalse();
        memory.Used.ShouldBe(50);
    }

    // A small request waited behind a large one for which there was no memory, though there was some for it.
    [Fact]
    public async Task Small_want_is_not_held_up_by_a_large_one()
    {
        var memory = new RequestMemory(6_400);
        await Open(memory).TakeAsync(6_000, Long, default);
        Task<bool> large = Open(memory).TakeAsync(1_000, Long, default).AsTask();

        (await Open(memory).TakeAsync(100, Long, default)).ShouldBeTrue();

        large.IsCompleted.ShouldBeFalse();
        memory.Used.ShouldBe(6_100);
    }

    [Fact]
    public async Task Part_that_is_kept_for_small_wants_is_not_given_to_large_ones()
    {
        var memory = new RequestMemory(6_400, keptForSmall: 800);

        Open(memory).TryTake(5_700).ShouldBeFalse();
        Open(memory).TryTake(5_600).ShouldBeTrue();
        for (int i = 0; i < 8; i++)
            (await Open(memory).TakeAsync(100, Long, default)).ShouldBeTrue();

        memory.Used.ShouldBe(6_400);
    }

    // 128 small requests of one connection are not small: the connection holds much.
    [Fact]
    public void Connection_that_holds_much_already_has_no_small_wants()
    {
        var memory = new RequestMemory(6_400, keptForSmall: 800);
        var account = new MemoryAccount();
        memory.Open(account).TryTake(5_550).ShouldBeTrue();

        memory.Open(account).TryTake(100).ShouldBeFalse();
        Open(memory).TryTake(100).ShouldBeTrue();
    }

    [Fact]
    public async Task Share_that_does_not_come_in_time_is_not_taken_and_blocks_nobody()
    {
        var memory = new RequestMemory(100);
        MemoryShare first = Open(memory);
        await first.TakeAsync(60, Long, default);

        Task<bool> late = Open(memory).TakeAsync(50, TimeSpan.FromMilliseconds(20), default).AsTask();
        MemoryShare next = Open(memory);

        (await late).ShouldBeFalse();
        (await next.TakeAsync(40, Long, default)).ShouldBeTrue();
        first.Dispose();
        next.Dispose();
        memory.Used.ShouldBe(0);
    }

    [Fact]
    public async Task Cancelled_wait_gives_its_place_up()
    {
        var memory = new RequestMemory(100);
        MemoryShare first = Open(memory);
        await first.TakeAsync(100, Long, default);
        using var cancellation = new CancellationTokenSource();
        Task<bool> cancelled = Open(memory).TakeAsync(90, Long, cancellation.Token).AsTask();
        Task<bool> next = Open(memory).TakeAsync(95, Long, default).AsTask();

        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => cancelled);
        first.Dispose();

        (await next).ShouldBeTrue();
        memory.Used.ShouldBe(95);
    }

    [Fact]
    public async Task Many_takers_at_once_leave_nothing_taken()
    {
        var memory = new RequestMemory(1_000);
        long most = 0;
        await Parallel.ForAsync(0, 5_000, async (i, cancellationToken) =>
        {
            using MemoryShare share = Open(memory);
            for (int part = 0; part < 3; part++)
            {
                if (!await share.TakeAsync(1 + i % 130, TimeSpan.FromMilliseconds(1 + i % 20), cancellationToken))
                    return;
                InterlockedMax(ref most, memory.Used);
                await Task.Yield();
            }

            share.GiveBack(1);
        });

        memory.Used.ShouldBe(0);
        most.ShouldBeInRange(1, 1_000);

        static void InterlockedMax(ref long target, long value)
        {
            for (long seen = Volatile.Read(ref target); value > seen;)
                seen = Interlocked.CompareExchange(ref target, value, seen);
        }
    }

    [Fact]
    public void More_than_there_is_at_all_is_refused_with_both_figures()
    {
        var memory = new RequestMemory(100);
        MemoryShare share = Open(memory);
        share.TryTake(60).ShouldBeTrue();

        string message = Should.Throw<HashDbException>(() => share.TakeAsync(41, Long, default).AsTask()).Message;

        message.ShouldContain("101 bytes");
        message.ShouldContain("100");
    }

    // Four clients that announced long bodies and sent no more of them kept every large request out for a minute.
    [Fact]
    public async Task Body_that_has_stalled_gives_its_memory_to_who_waits()
    {
        var memory = new RequestMemory(100);
        MemoryShare stalled = OpenBody(memory, 70, progress: () => 5);
        long come = 0;
        MemoryShare lively = OpenBody(memory, 30, progress: () => come += MemoryShare.LeastProgress);
        Task<bool> waiting = Open(memory, goal: 90).TakeAsync(65, Long, default).AsTask();

        memory.Relieve(In(2));

        stalled.IsRevoked.ShouldBeTrue();
        lively.IsRevoked.ShouldBeFalse();
        waiting.IsCompleted.ShouldBeFalse();
        stalled.Dispose();
        (await waiting).ShouldBeTrue();
        memory.Used.ShouldBe(95);
    }

    // A client whose body waited for memory, and was therefore not read, was taken for one that does not send.
    [Fact]
    public void Body_that_waits_for_memory_has_not_stalled()
    {
        var memory = new RequestMemory(100);
        MemoryShare body = OpenBody(memory, 60, progress: () => 5, goal: 90);
        MemoryShare other = Open(memory);
        other.TryTake(40).ShouldBeTrue();
        _ = body.TakeAsync(30, Long, default).AsTask();
        _ = Open(memory, goal: 95).TakeAsync(30, Long, default).AsTask();

        memory.Relieve(In(2));
        memory.Relieve(In(4));

        body.IsRevoked.ShouldBeFalse();
    }

    [Fact]
    public void Body_that_has_stalled_keeps_its_memory_while_nobody_waits()
    {
        var memory = new RequestMemory(100);
        MemoryShare stalled = OpenBody(memory, 100, progress: () => 5);

        memory.Relieve(In(2));
        memory.Relieve(In(4));

        stalled.IsRevoked.ShouldBeFalse();
    }

    [Theory]
    [InlineData(40, true)]
    [InlineData(90, false)]
    public void Body_gives_its_memory_to_who_will_need_less_however_fast_it_comes(int goal, bool isRevoked)
    {
        var memory = new RequestMemory(100);
        long come = 0;
        MemoryShare large = OpenBody(memory, 80, progress: () => come += MemoryShare.LeastProgress);
        _ = Open(memory, goal).TakeAsync(30, Long, default).AsTask();

        memory.Relieve(In(2));

        large.IsRevoked.ShouldBe(isRevoked);
    }

    [Fact]
    public async Task Bodies_that_wait_for_each_other_let_the_oldest_go_on()
    {
        var memory = new RequestMemory(100);
        long come = 0;
        MemoryShare older = OpenBody(memory, 50, () => come += MemoryShare.LeastProgress, goal: 90);
        MemoryShare younger = OpenBody(memory, 50, () => come += MemoryShare.LeastProgress, goal: 90);
        Task<bool> olderWaits = older.TakeAsync(40, Long, default).AsTask();
        Task<bool> youngerWaits = younger.TakeAsync(40, Long, default).AsTask();

        memory.Relieve(In(100));

        (await youngerWaits).ShouldBeFalse();
        older.IsRevoked.ShouldBeFalse();
        younger.Dispose();
        (await olderWaits).ShouldBeTrue();
    }

    private static MemoryShare Open(RequestMemory memory, long goal = 0) => memory.Open(new MemoryAccount(), goal);

    private static MemoryShare OpenBody(RequestMemory memory, long bytes, Func<long> progress, long goal = 0)
    {
        MemoryShare share = Open(memory, goal);
        share.TryTake(bytes).ShouldBeTrue();
        share.BeginTransfer(isBody: true, progress, () => { });
        return share;
    }
}
