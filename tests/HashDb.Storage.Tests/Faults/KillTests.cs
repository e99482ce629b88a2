using HashDb.Storage.Faults.Killing;
using HashDb.Storage.Files;

namespace HashDb.Storage.Tests.Faults;

/// <summary>Short versions of scripts/kill-test.sh.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Rounds = 6;

    public static TheoryData<string> Points => [.. FaultPoints.All];

    [Fact]
    public async Task Acknowledged_operations_survive_a_kill_at_any_moment()
    {
        ulong seed = (ulong)Environment.TickCount64;
        output.WriteLine($"seed {seed}");
        using var run = new KillRun(seed);
        for (int i = 0; i < Rounds; i++)
            output.WriteLine((await run.RunRoundAsync()).ToString());
    }

    [Fact]
    public async Task Acknowledged_operations_survive_a_kill_while_the_generation_is_changed()
    {
        ulong seed = (ulong)Environment.TickCount64;
        output.WriteLine($"seed {seed}");
        using var run = new KillRun(seed);
        for (int i = 0; i < Rounds; i++)
            output.WriteLine((await run.RunLiveRoundAsync()).ToString());
    }

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Acknowledged_operations_survive_a_kill_at_each_fault_point(string point)
    {
        // The first passes of most points are in the making of the collections; changes of generation are rare.
        int count = KillRun.IsOfGenerations(point) ? Random.Shared.Next(1, 3) : Random.Shared.Next(3, 7);
        output.WriteLine($"pass {count}");
        using var run = new KillRun((ulong)count);
        output.WriteLine((await run.RunCrashPointAsync(point, count)).ToString());
    }
}
