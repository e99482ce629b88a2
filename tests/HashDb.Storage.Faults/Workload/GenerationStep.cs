// What is done to the generations of a collection, step after step, also across rounds: two moves to other models, back from the
// second, a move to the third, and the kept generation is given up. No two neighbouring steps leave the same live and kept
// models, so what is there tells which step was the last.
using HashDb.Models;
using HashDb.Models.Files;

namespace HashDb.Storage.Faults.Workload;

internal static class GenerationStep
{
    /// <summary>The model that a collection is made with.</summary>
    public const int FirstModel = ModelCount - 1;

    private const int ModelCount = 3;
    private const int StepsPerCycle = 5;

    public static Task RunAsync(Collection collection, int collectionNumber, int step) => (step % StepsPerCycle) switch
    {
        2 => collection.Maintenance.RollbackAsync(),
        4 => collection.Maintenance.DropPreviousAsync(),
        _ => collection.Maintenance.ReindexAsync(WorkLayout.ModelOf(collectionNumber, StateAfter(step + 1).Live)),
    };

    /// <summary>Numbers of the live model and of the kept one, when a number of steps has been carried out.</summary>
    public static (int Live, int? Kept) StateAfter(int steps)
    {
        if (steps == 0)
            return (FirstModel, null);
        int cycle = (steps - 1) / StepsPerCycle;
        int first = (cycle + 1) % ModelCount;
        int second = (cycle + 2) % ModelCount;
        int third = cycle % ModelCount;
        int before = (cycle + ModelCount - 1) % ModelCount;
        return ((steps - 1) % StepsPerCycle) switch
        {
            0 => (first, before),
            1 => (second, first),
            2 => (first, null),
            3 => (third, first),
            _ => (third, null),
        };
    }

    /// <summary>Is the collection as this many steps leave it?</summary>
    public static bool Matches(Collection collection, int collectionNumber, int steps)
    {
        (int live, int? kept) = StateAfter(steps);
        CollectionStatistics statistics = collection.GetStatistics();
        return statistics.ModelFingerprint == FingerprintOf(live)
            && collection.Description.ModelFingerprint == FingerprintOf(live)
            && statistics.PreviousGeneration?.ModelFingerprint == (kept is { } model ? FingerprintOf(model) : null);

        ModelFingerprint FingerprintOf(int model) => HashModelFile.Fingerprint(WorkLayout.ModelOf(collectionNumber, model));
    }
}
