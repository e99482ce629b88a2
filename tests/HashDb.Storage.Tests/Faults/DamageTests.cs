using HashDb.Storage.Faults.Damaging;

namespace HashDb.Storage.Tests.Faults;

/// <summary>A sample of scripts/damage-test.sh.</summary>
public sealed class DamageTests(ITestOutputHelper output)
{
    private const int CasesPerFile = 2;

    [Theory]
    [InlineData(SampleEnd.Closed)]
    [InlineData(SampleEnd.Killed)]
    [InlineData(SampleEnd.KilledInCheckpoint)]
    internal async Task Damaged_database_answers_right_or_with_a_typed_error_and_is_repaired(SampleEnd end)
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var run = new DamageRun();
        await run.RunAsync(end, CasesPerFile, seed, "", output.WriteLine);
        foreach (string line in run.Summary)
            output.WriteLine(line);
        run.Failures.ShouldBeEmpty();
        run.CaseCount.ShouldBeGreaterThan(100);
    }
}
