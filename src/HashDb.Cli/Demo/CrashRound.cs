namespace HashDb.Cli.Demo;

/// <summary>One killed import, and what was found afterwards.</summary>
/// <param name="StoredBefore">Items stored before the child began.</param>
/// <param name="Offered">Items the child was given.</param>
/// <param name="Acknowledged">Items it acknowledged before it was killed.</param>
/// <param name="Found">Items of the child's that the reopened database holds.</param>
/// <param name="Checked">Items compared, those stored before included: vector bit for bit, label, and bucket.</param>
/// <param name="OpenTime">Time to reopen the database, its log replayed.</param>
internal sealed record CrashRound(int StoredBefore, int Offered, int Acknowledged, int Found, int Checked, TimeSpan OpenTime)
{
    /// <summary>Items that were stored although their acknowledgement was never printed; allowed, and never with a gap.</summary>
    public int FoundUnacknowledged => Math.Max(0, Found - Acknowledged);

    /// <summary>Acknowledged items that were not found.</summary>
    public int Lost => Math.Max(0, Acknowledged - Found);
}
