namespace HashDb.Protocol;

/// <summary>Hits of a probe: Hamming distances, int32.</summary>
internal readonly struct ProbeHitCodec : IHitCodec<ProbeHit>
{
    public static VectorId IdOf(in ProbeHit hit) => hit.Id;

    public static int DistanceBitsOf(in ProbeHit hit) => hit.Distance;

    public static ProbeHit Make(VectorId id, int distanceBits) => new(id, distanceBits);

    public static VectorRecord? RecordOf(in ProbeHit hit) => null;

    public static ProbeHit WithRecord(in ProbeHit hit, VectorRecord record) =>
        throw new ProtocolException("Hits of a probe have no parts of records.");
}
