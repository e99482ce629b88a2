namespace HashDb;

/// <summary>What a collection knows of a client that registers; see <see cref="HashDbCollection.RegisterAsync"/>.</summary>
public sealed class ClientRegistration
{
    /// <summary>
    /// The stamp of the client's next write: with the number that follows what it has written, 0 when it is not known, and with its floor.
    /// </summary>
    public required WriteStamp Next { get; init; }

    /// <summary>
    /// True when nothing is known of the client although it may have written before, because the collection has forgotten others. Whoever
    /// has just picked the id knows better; whoever continues must not take <see cref="Next"/> for the place to go on from.
    /// </summary>
    public required bool MayBeForgotten { get; init; }
}
