// A short version of scripts/power-loss-test.sh, and the proof that it can fail: when the recorded device lies about some of its
// flushes, states appear in which something acknowledged is gone.
using HashDb.Storage.Faults.PowerLoss;
using HashDb.Storage.Faults.SystemCalls;

namespace HashDb.Storage.Tests.Faults;

public sealed class PowerLossTests(ITestOutputHelper output)
{
    private const int States = 200;
    private const int StatesOfLies = 60;

    [Fact]
    public async Task Acknowledged_operations_survive_a_loss_of_power_after_any_system_call()
    {
        ulong seed = (ulong)Environment.TickCount64;
        output.WriteLine($"seed {seed}");
        var run = new PowerLossRun(seed);

        await RunAsync(run, States);

        run.Failures.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(".wal")]
    [InlineData(".tmp")]
    [InlineData("/collections")]
    [InlineData("/vectors-0000")]
    [InlineData("/wal")]
    public async Task Device_that_does_not_flush_what_it_says_it_has_is_found_out(string ending)
    {
        var run = new PowerLossRun(1) { IsIgnored = path => path.EndsWith(ending, StringComparison.Ordinal), KeepsFailures = false };

        await RunAsync(run, StatesOfLies);

        run.Failures.ShouldNotBeEmpty();
    }

    private static async Task RunAsync(PowerLossRun run, int states)
    {
        try
        {
            await run.RunAsync(states);
        }
        catch (NotPermittedException reason)
        {
            Assert.Skip(reason.Message);
        }
    }
}
