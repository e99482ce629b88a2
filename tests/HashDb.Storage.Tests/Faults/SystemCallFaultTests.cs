// A short version of scripts/system-call-fault-test.sh, the stories of what it has found, and the proof that it can fail.
using HashDb.Storage.Faults.Failing;
using HashDb.Storage.Faults.SystemCalls;

namespace HashDb.Storage.Tests.Faults;

public sealed class SystemCallFaultTests(ITestOutputHelper output)
{
    private const int Cases = 120;
    private const int CasesOfLies = 20;

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
