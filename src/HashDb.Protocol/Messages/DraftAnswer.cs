using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>
/// What the draft has learned: [draft], nil when there is none. The draft is an array: [items, items that moved a hyperplane,
/// classes, base fingerprint, fingerprint, sampled rows, drift, mean changed bits, reservoir, quality radius, quality or nil];
/// quality is one too: [live precision, draft precision, live candidates, draft candidates].
/// </summary>
internal readonly record struct DraftAnswer(DraftStatistics? Draft) : IMessage<DraftAnswer>
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(1);
        if (Draft is not { } draft)
        {
            writer.WriteNil();
            return;
        }
        writer.WriteArrayHeader(11);
        writer.Write(draft.ItemCount);
        writer.Write(draft.MovedCount);
        writer.Write(draft.ClassCount);
        WireModels.Write(ref writer, draft.BaseFingerprint);
        WireModels.Write(ref writer, draft.Fingerprint);
        writer.Write(draft.SampledRows);
        writer.Write(draft.Drift);
        writer.Write(draft.MeanChangedBits);
        writer.Write(draft.ReservoirCount);
        writer.Write(draft.QualityRadius);
        if (draft.Quality is not { } quality)
        {
            writer.WriteNil();
            return;
        }
        writer.WriteArrayHeader(4);
        writer.Write(quality.LivePrecision);
        writer.Write(quality.DraftPrecision);
        writer.Write(quality.LiveCandidates);
        writer.Write(quality.DraftCandidates);
    }

    public static DraftAnswer Read(ref BodyReader body)
    {
        if (body.TryReadNil())
            return default;
        int outer = body.Enter("draft", out _);
        var draft = new DraftStatistics
        {
            ItemCount = body.ReadInt64("items"),
            MovedCount = body.ReadInt64("moved"),
            ClassCount = body.ReadInt32("classes"),
            BaseFingerprint = WireModels.ReadFingerprint(ref body),
            Fingerprint = WireModels.ReadFingerprint(ref body),
            SampledRows = body.ReadInt32("sampled rows"),
            Drift = body.ReadDouble("drift"),
            MeanChangedBits = body.ReadDouble("mean changed bits"),
            ReservoirCount = body.ReadInt32("reservoir"),
            QualityRadius = body.ReadInt32("quality radius"),
            Quality = ReadQuality(ref body),
        };
        body.Leave(outer);
        return new DraftAnswer(draft);
    }

    private static DraftQuality? ReadQuality(ref BodyReader body)
    {
        if (body.TryReadNil())
            return null;
        int outer = body.Enter("quality", out _);
        var quality = new DraftQuality(
            body.ReadDouble("live precision"), body.ReadDouble("draft precision"), body.ReadDouble("live candidates"),
            body.ReadDouble("draft candidates"));
        body.Leave(outer);
        return quality;
    }
}
