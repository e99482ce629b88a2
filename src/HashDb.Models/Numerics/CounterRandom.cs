// Random numbers addressed by position instead of drawn in sequence, so that parallel loops get the same numbers whatever
// order they run in.
namespace HashDb.Models.Numerics;

/// <summary>Uniform numbers as a function of a seed and a position (SplitMix64's finaliser applied to both). Stateless.</summary>
internal static class CounterRandom
{
    /// <summary>A number in (0, 1), of 53 random bits.</summary>
    public static double Uniform(ulong seed, ulong stream, ulong index) =>
        ((Mix(seed ^ Mix(stream ^ Mix(index))) >> 11) + 0.5) * (1.0 / (1UL << 53));

    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
