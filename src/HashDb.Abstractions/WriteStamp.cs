namespace HashDb;

/// <summary>Marks a write so that it is carried out once, however often it is sent.</summary>
/// <remarks>
/// A client picks an id of its own and counts its operations under it: a write of n records or ids takes n numbers. A
/// collection remembers the next number of each client, across restarts, for the last
/// <see cref="StorageLimits.MaxRememberedClients"/> clients that wrote. A stamped write that was carried out already is
/// acknowledged again and changes nothing; one that comes too early is refused with <see cref="HashDbErrorCode.WriteGap"/>.
/// </remarks>
/// <param name="ClientId">The client; a fresh one for each independent sequence of writes.</param>
/// <param name="SequenceNumber">Operations that the client has sent before this write; 0 for the first.</param>
public readonly record struct WriteStamp(Guid ClientId, long SequenceNumber);
