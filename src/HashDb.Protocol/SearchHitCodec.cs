namespace HashDb.Protocol;

/// <summary>Hits of a search: float32 distances.</summary>
internal readonly struct SearchHitCodec : IHitCodec<SearchHit>
{
    public static VectorId IdOf(in SearchHit hit) => hit.Id;

    public static int DistanceBitsOf(in SearchHit hit) => BitConverter.SingleToInt32Bits(hit.Distance);

    public static SearchHit Make(VectorId id, int distanceBits) => new(id, BitConverter.Int32BitsToSingle(distanceBits));
}
