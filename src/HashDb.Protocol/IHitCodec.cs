namespace HashDb.Protocol;

/// <summary>How one kind of hit is taken apart into an id and the 32 bits of its distance, and put together again.</summary>
internal interface IHitCodec<THit>
{
    static abstract VectorId IdOf(in THit hit);

    static abstract int DistanceBitsOf(in THit hit);

    static abstract THit Make(VectorId id, int distanceBits);
}
