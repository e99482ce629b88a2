namespace HashDb.Storage.Faults.Checks;

/// <summary>Mixes numbers into one, the same in every process (the finalizer of SplitMix64).</summary>
internal static class SeedMix
{
    public static ulong Of(ulong left, ulong right)
    {
        ulong value = left * 0x9E3779B97F4A7C15 + right + 0x632BE59BD9B4E019;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
