// Random numbers addressed by position instead of drawn in sequence, so that parallel loops get the same numbers whatever
// order they run in.
namespace HashDb.Models.Numerics;

/// <summary>Uniform numbers as a function of a seed and a position (SplitMix64's finaliser applied to both). Stateless.</summary>
internal static class CounterRandom
{
    /// <summary>A number in (0, 1), of 53 random bits.</summary>
    public static double Uniform(ulong seed, ulong stream, ulong index) =>
        ((Mix(seed ^ Mix(stream ^ Mix(index))) >> 11) + 0.5) * (1.0 / (1UL << 53));

    private static ulong Mix(ulong value) => SplitMix64.Mix(value + SplitMix64.Golden);
}
