using HashDb.Storage.Substrings;

namespace HashDb.Storage.Tests.Substrings;

public sealed class SubstringCostsTests
{
    // The arrays that are measured were known by their addresses alone: a collection took them away meanwhile, and the process died.
    [Fact]
    public async Task Costs_are_measured_while_memory_is_collected()
    {
        using var stop = new CancellationTokenSource();
        Task collecting = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
                GC.Collect();
        });
        for (int i = 0; i < 10; i++)
        {
            var costs = new SubstringCosts();
            costs.NanosecondsPerBucket.ShouldBeGreaterThan(0);
            costs.NanosecondsPerScanned(0).ShouldBeGreaterThan(0);
        }
        await stop.CancelAsync();
        await collecting;
    }
}
