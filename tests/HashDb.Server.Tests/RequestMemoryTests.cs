using HashDb.Server.Internal.Requests;

namespace HashDb.Server.Tests;

public sealed class RequestMemoryTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Shares_are_given_out_in_order_and_never_exceed_the_whole()
    {
        var memory = new RequestMemory(100);
        (await memory.TakeAsync(60, Long, default)).ShouldBeTrue();
        Task<bool> large = memory.TakeAsync(80, Long, default).AsTask();
        Task<bool> small = memory.TakeAsync(10, Long, default).AsTask();

        // The small one would fit, but comes after the large one.
        large.IsCompleted.ShouldBeFalse();
        small.IsCompleted.ShouldBeFalse();
        memory.Return(60);

        (await large).ShouldBeTrue();
        (await small).ShouldBeTrue();
        memory.Used.ShouldBe(90);
    }

    [Fact]
    public async Task Share_that_does_not_come_in_time_is_not_taken_and_blocks_nobody()
    {
        var memory = new RequestMemory(100);
        await memory.TakeAsync(60, Long, default);

        Task<bool> late = memory.TakeAsync(50, TimeSpan.FromMilliseconds(20), default).AsTask();
        Task<bool> next = memory.TakeAsync(40, Long, default).AsTask();

        (await late).ShouldBeFalse();
        (await next).ShouldBeTrue();
        memory.Return(60);
        memory.Return(40);
        memory.Used.ShouldBe(0);
    }

    [Fact]
    public async Task Cancelled_wait_gives_its_place_up()
    {
        var memory = new RequestMemory(100);
        await memory.TakeAsync(100, Long, default);
        using var cancellation = new CancellationTokenSource();
        Task<bool> cancelled = memory.TakeAsync(100, Long, cancellation.Token).AsTask();
        Task<bool> next = memory.TakeAsync(10, Long, default).AsTask();

        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => cancelled);
        memory.Return(100);

        (await next).ShouldBeTrue();
        memory.Used.ShouldBe(10);
    }

    [Fact]
    public async Task Many_takers_at_once_leave_nothing_taken()
    {
        var memory = new RequestMemory(1_000);
        long most = 0;
        await Parallel.ForAsync(0, 5_000, async (i, cancellationToken) =>
        {
            long share = 1 + i % 400;
            if (!await memory.TakeAsync(share, TimeSpan.FromMilliseconds(1 + i % 20), cancellationToken))
                return;
            long used = memory.Used;
            InterlockedMax(ref most, used);
            await Task.Yield();
            memory.Return(share);
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

        string message = Should.Throw<HashDbException>(() => memory.TakeAsync(101, Long, default).AsTask()).Message;

        message.ShouldContain("101 bytes");
        message.ShouldContain("100");
    }
}
