namespace HashDb.Protocol;

/// <summary>How one kind of hit is taken apart into an id and the 32 bits of its distance, and put together again.</summary>
internal interface IHitCodec<THit>
{
    static abstract VectorId IdOf(in THit hit);

    static abstract int DistanceBitsOf(in THit hit);

    static abstract THit Make(VectorId id, int distanceBits);

    /// <summary>The parts of the record that the hit has; null when it has none.</summary>
    static abstract VectorRecord? RecordOf(in THit hit);

    /// <summary>The hit with parts of its record.</summary>
    static abstract THit WithRecord(in THit hit, VectorRecord record);
}
