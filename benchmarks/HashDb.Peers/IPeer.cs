namespace HashDb.Peers;

/// <summary>Something that is measured.</summary>
internal interface IPeer
{
    PeerReady Ready { get; }

    /// <summary>How the searches from now on are done.</summary>
    void Choose(string setting);

    /// <summary>Searches for one query of the data.</summary>
    /// <param name="query">Its number.</param>
    /// <param name="ids">Gets what was found, <c>-1</c> where there is less.</param>
    void Search(int query, Span<long> ids);
}
