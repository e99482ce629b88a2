using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>
/// Hits of many queries, or a part of them: [array of [ids, distances, statistics]], in the order of the queries. The hits of
/// one query may stand in several entries, also across frames; the entry with its statistics is its last.
/// </summary>
internal readonly record struct HitsBatchAnswer<THit, TCodec>(
    IReadOnlyList<HitsAnswer<THit, TCodec>> Parts) : IMessage<HitsBatchAnswer<THit, TCodec>>
    where TCodec : IHitCodec<THit>
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(1);
        writer.WriteArrayHeader(Parts.Count);
        for (int i = 0; i < Parts.Count; i++)
            Parts[i].Write(ref writer);
    }

    public static HitsBatchAnswer<THit, TCodec> Read(ref BodyReader body)
    {
        int outer = body.Enter("results", out int count);
        if (count > StorageLimits.MaxQueryBatch)
            throw new ProtocolException($"{count} results were given in one frame; the limit is {StorageLimits.MaxQueryBatch}.");
        var parts = new HitsAnswer<THit, TCodec>[count];
        for (int i = 0; i < count; i++)
        {
            int inner = body.Enter("result", out _);
            parts[i] = HitsAnswer<THit, TCodec>.Read(ref body);
            body.Leave(inner);
        }
        body.Leave(outer);
        return new HitsBatchAnswer<THit, TCodec>(parts);
    }
}
