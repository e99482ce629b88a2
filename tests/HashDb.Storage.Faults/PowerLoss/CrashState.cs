// One state of a database after a loss of power: after which call, under which loss, decided by which seed. Made on disk as the folder
// that an owner would find after switching the machine on again.
using HashDb.Storage.Faults.Checks;

namespace HashDb.Storage.Faults.PowerLoss;

/// <param name="Call">Number of calls that were carried out.</param>
/// <param name="Loss">What of them is lost.</param>
/// <param name="Seed">Decides what the loss leaves open.</param>
internal sealed record CrashState(int Call, LossModel Loss, ulong Seed)
{
    /// <summary>The state of a number in a run: calls rise with the number, so that one replay passes all of them.</summary>
    public static CrashState At(ulong seed, int number, int states, int calls)
    {
        ulong own = SeedMix.Of(seed, (ulong)number);
        var random = new Random((int)own);
        long first = (long)number * calls / states;
        long end = Math.Max(first + 1, (long)(number + 1) * calls / states);
        return new CrashState((int)random.NextInt64(first, end) + 1, LossModel.At(random), own);
    }

    /// <summary>Writes what survives into a folder.</summary>
    public void Materialise(SimulatedFileSystem files, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach ((string path, byte[]? content) in files.Survivors(Loss, new Random((int)Seed)))
        {
            if (content is null)
                Directory.CreateDirectory(Path.Combine(folder, path));
            else
                Folders.WriteSparsely(Path.Combine(folder, path), content);
        }
    }

    public override string ToString() => $"after call {Call} with {Loss} lost, seed {Seed}";
}
