namespace HashDb.Checks;

/// <summary>Which values of <see cref="ProbeStrategy"/> there are: any number can be cast to it, and one came over the wire.</summary>
internal static class ProbeStrategies
{
    /// <exception cref="ArgumentOutOfRangeException">There is no such strategy.</exception>
    public static void Check(ProbeStrategy strategy, string name)
    {
        if (strategy is < ProbeStrategy.Automatic or > ProbeStrategy.Scan)
            throw new ArgumentOutOfRangeException(
                name,
                strategy,
                $"{name} is {(int)strategy}; it must be {(int)ProbeStrategy.Automatic} ({ProbeStrategy.Automatic}), "
                + $"{(int)ProbeStrategy.Enumerate} ({ProbeStrategy.Enumerate}) or {(int)ProbeStrategy.Scan} ({ProbeStrategy.Scan}).");
    }
}
