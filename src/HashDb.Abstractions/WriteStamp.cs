namespace HashDb;

/// <summary>Marks a write so that it is carried out once, however often it is sent.</summary>
/// <remarks>
/// A client picks an id of its own and counts its operations under it: a write of n records or ids takes n numbers. A
/// collection remembers the next number of each client, across restarts, for the last
/// <see cref="StorageLimits.MaxRememberedClients"/> clients that wrote. A stamped write that was carried out already is
/// acknowledged again and changes nothing; one that comes too early is refused with <see cref="HashDbErrorCode.WriteGap"/>, and
/// another write under numbers that were used, as far as the last <see cref="StorageLimits.MaxRememberedWrites"/> writes of the
/// client go, with <see cref="HashDbErrorCode.StampReused"/>.
/// A client that is not known may have been forgotten. With the floor that it was told when it registered, its first write is taken as
/// long as that cannot be; without one only while the collection has never forgotten a client. Otherwise it is refused with
/// <see cref="HashDbErrorCode.WriteGap"/>, so that no write is carried out twice.
/// </remarks>
/// <param name="ClientId">The client; a fresh one for each independent sequence of writes.</param>
/// <param name="SequenceNumber">Operations that the client has sent before this write; 0 for the first.</param>
/// <param name="Floor">
/// What the collection said when the client registered (<see cref="HashDbCollection.RegisterAsync"/>), at least 1; null when it did not
/// register. The same in all its writes.
/// </param>
public readonly record struct WriteStamp(Guid ClientId, long SequenceNumber, long? Floor = null);
