namespace HashDb.Peers;

/// <summary>What a peer says when it can be searched.</summary>
/// <param name="Built">Whether the index was built, and not found where it is kept.</param>
/// <param name="InsertSeconds">Until the last row was in.</param>
/// <param name="ReadySeconds">Until searches were as fast as they become.</param>
/// <param name="BytesPerVector">Memory beside the vectors.</param>
/// <param name="About">What it is, for people.</param>
internal sealed record PeerReady(bool Built, double InsertSeconds, double ReadySeconds, double BytesPerVector, string About);
