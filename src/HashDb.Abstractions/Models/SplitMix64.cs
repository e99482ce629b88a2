namespace HashDb.Models;

/// <summary>
/// The mixing step of SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014): every bit of the result
/// depends on every bit of the value. Different values have different results.
/// </summary>
public static class SplitMix64
{
    /// <summary>2^64 divided by the golden ratio: consecutive values are multiplied or moved on by it before they are mixed.</summary>
    public const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>Mixes a value.</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
