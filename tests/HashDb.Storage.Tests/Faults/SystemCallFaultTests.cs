// A short version of scripts/system-call-fault-test.sh, the stories of what it has found, and the proof that it can fail.
using HashDb.Storage.Faults.Failing;
using HashDb.Storage.Faults.SystemCalls;

namespace HashDb.Storage.Tests.Faults;

public sealed class SystemCallFaultTests(ITestOutputHelper output)
{
    private const int Cases = 120;
    private const int CasesOfLies = 20;
    private const int HaltedCases = 50;

    [Fact]
    public async Task Acknowledged_operations_survive_and_refused_ones_stay_away_when_any_system_call_fails()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var run = new FailingRun { StatesPerCase = 2 };

        await SkipUnlessPermittedAsync(() => run.RunAsync(Cases, seed, ""));

        run.Failures.ShouldBeEmpty();
        run.RefusedCount.ShouldBePositive();
    }

    [Fact]
    public async Task Write_that_is_lost_without_an_error_is_found_out()
    {
        var run = new FailingRun { Lies = true, KeepsFailures = false };

        await SkipUnlessPermittedAsync(() => run.RunAsync(CasesOfLies, 1, "^Write [0-9]+ ends"));

        run.Failures.ShouldNotBeEmpty();
    }

    // The log was full after half of a group of writes. All of them were refused and the log was cut back, but the cut was not flushed:
    // after a loss of power the first of them was there. When a checkpoint had begun the next segment meanwhile, the half frame was no
    // torn tail any more, and the database did not open.
    [Fact]
    public async Task Write_refused_by_a_full_log_does_not_come_back_after_a_loss_of_power()
    {
        const int writesToTheLog = 30;
        var run = new FailingRun { StatesPerCase = 40 };

        await SkipUnlessPermittedAsync(() => run.RunAsync(
            [.. Enumerable.Range(1, writesToTheLog).Select(number => new CallFault(
                FileCallKind.Write, CallError.ENOSPC, number, IsRepeated: false) { IsShort = true, PathEnd = ".wal" })]));

        run.Failures.ShouldBeEmpty();
    }

    // The next segment could not be begun, because the device was full. Its file was deleted, but not the name flushed: after a loss of
    // power it was there again and the last, so that the torn tail of the segment that was really written to counted as damage.
    [Fact]
    public async Task Log_segment_that_could_not_be_begun_does_not_come_back_after_a_loss_of_power()
    {
        var run = new FailingRun { StatesPerCase = 900 };

        await SkipUnlessPermittedAsync(() => run.RunAsync(
            [new CallFault(FileCallKind.Write, CallError.ENOSPC, 1, IsRepeated: false) { PathEnd = "0000000002.wal" }]));

        run.RefusedCount.ShouldBe(1);
        run.Failures.ShouldBeEmpty();
    }

    // A process was killed after a name was made, or taken away, and before the folder was flushed. The next process saw what it had left,
    // wrote to a new collection or deleted the files of a dropped one, and then the power went: the collection was gone with what had been
    // acknowledged, or was back without its files, so that the database did not open. The same for a log segment just begun.
    [Fact]
    public async Task Names_that_a_killed_process_has_left_are_made_durable_before_anything_depends_on_them()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var run = new FailingRun { StatesPerCase = 20, SpreadOfStates = 100 };

        await SkipUnlessPermittedAsync(() => run.RunAsync(HaltedCases, seed, "^Halt"));

        run.Failures.ShouldBeEmpty();
    }

    private static async Task SkipUnlessPermittedAsync(Func<Task> run)
    {
        try
        {
            await run();
        }
        catch (NotPermittedException reason)
        {
            Assert.Skip(reason.Message);
        }
    }
}
