using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>
/// Hits of a probe for hashcodes, or a part of them: [first hashcode, hits of each hashcode from that on, ids, distances, statistics].
/// Statistics are nil in every part but the last.
/// </summary>
/// <param name="First">The hashcode that the part begins with; the last one of the part before when its hits go on.</param>
/// <param name="Counts">Hits of each hashcode in this part.</param>
/// <param name="Ids">Of the hits, those of one hashcode after another's.</param>
/// <param name="Distances">Hamming distances of the hits.</param>
/// <param name="Statistics">Of the whole probe, with its last part.</param>
internal sealed record HashcodeHitsAnswer(
    int First,
    ReadOnlyMemory<int> Counts,
    ReadOnlyMemory<ulong> Ids,
    ReadOnlyMemory<int> Distances,
    SearchStatistics? Statistics) : IMessage<HashcodeHitsAnswer>
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(5);
        writer.Write(First);
        RawNumbers.Write(ref writer, Counts.Span);
        RawNumbers.Write(ref writer, Ids.Span);
        RawNumbers.Write(ref writer, Distances.Span);
        SearchStatisticsFields.Write(ref writer, Statistics);
    }

    public static HashcodeHitsAnswer Read(ref BodyReader body)
    {
        int first = body.ReadInt32("first", 0, StorageLimits.MaxQueryBatch);
        int[] counts = body.ReadNumbers<int>("counts");
        ulong[] ids = body.ReadNumbers<ulong>("ids");
        int[] distances = body.ReadNumbers<int>("distances");
        long sum = 0;
        foreach (int count in counts)
        {
            if (count < 0)
                throw new ProtocolException($"A hashcode has {count} hits; it must be at least 0.");
            sum += count;
        }
        if (ids.Length != sum || distances.Length != sum)
            throw new ProtocolException($"{sum} hits were announced; {ids.Length} ids and {distances.Length} distances were given.");
        return new HashcodeHitsAnswer(first, counts, ids, distances, SearchStatisticsFields.Read(ref body));
    }
}
