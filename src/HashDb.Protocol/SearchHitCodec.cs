namespace HashDb.Protocol;

/// <summary>Hits of a search: float32 distances.</summary>
internal readonly struct SearchHitCodec : IHitCodec<SearchHit>
{
    public static VectorId IdOf(in SearchHit hit) => hit.Id;

    public static int DistanceBitsOf(in SearchHit hit) => BitConverter.SingleToInt32Bits(hit.Distance);

    public static VectorRecord? RecordOf(in SearchHit hit) => hit.Record;

    public static SearchHit WithRecord(in SearchHit hit, VectorRecord record) => hit with { Record = record };

    public static SearchHit Make(VectorId id, int distanceBits) => new(id, BitConverter.Int32BitsToSingle(distanceBits));
}
