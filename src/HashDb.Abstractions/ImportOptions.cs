namespace HashDb;

/// <summary>How a stream of records is cut into batches.</summary>
public sealed record ImportOptions
{
    /// <summary>16 batches in flight: two keep the device busy, and every further one costs memory for a whole batch.</summary>
    public const int MaxMaxBatchesInFlight = 16;

    /// <summary>
    /// Records in a batch, 1 to <see cref="StorageLimits.MaxBatchRecords"/>. A batch is closed early when it grows large in
    /// bytes. Each is flushed once, so small batches are slow to store.
    /// </summary>
    public int BatchSize { get; init; } = 512;

    /// <summary>Batches sent and not yet acknowledged, 1 to <see cref="MaxMaxBatchesInFlight"/>.</summary>
    public int MaxBatchesInFlight { get; init; } = 4;

    /// <summary>
    /// Names the import, so that it can be continued after the program was stopped: a later import of the same stream under
    /// the same id passes over the records that are stored already, without storing one twice or leaving one out. A fresh id
    /// when null. The collection remembers the last <see cref="StorageLimits.MaxRememberedClients"/> ids that wrote; an import whose id may
    /// be one of the forgotten is refused with <see cref="HashDbErrorCode.WriteGap"/>.
    /// </summary>
    public Guid? ClientId { get; init; }

    /// <summary>
    /// The floor of <see cref="ClientId"/>, from <see cref="HashDbCollection.RegisterAsync"/> before the first import under that id; the
    /// same whenever the import is continued. With it a collection that has forgotten ids can tell that this one is new.
    /// </summary>
    public long? Floor { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    /// <exception cref="ArgumentException">A floor is given without an id.</exception>
    public void Validate()
    {
        if (ClientId == Guid.Empty)
            throw new ArgumentOutOfRangeException(nameof(ClientId), ClientId, "ClientId is all zeros; pick a random one.");
        if (Floor is not null && ClientId is null)
            throw new ArgumentException("Floor is given without ClientId, whose floor it is; give both.", nameof(Floor));
        if (Floor < 1)
            throw new ArgumentOutOfRangeException(nameof(Floor), Floor, $"Floor is {Floor}; it must be at least 1.");
        if (BatchSize is < 1 or > StorageLimits.MaxBatchRecords)
            throw new ArgumentOutOfRangeException(
                nameof(BatchSize), BatchSize, $"BatchSize is {BatchSize}; it must be 1 to {StorageLimits.MaxBatchRecords}.");
        if (MaxBatchesInFlight is < 1 or > MaxMaxBatchesInFlight)
            throw new ArgumentOutOfRangeException(
                nameof(MaxBatchesInFlight),
                MaxBatchesInFlight,
                $"MaxBatchesInFlight is {MaxBatchesInFlight}; it must be 1 to {MaxMaxBatchesInFlight}.");
    }
}
