using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>The figures of a collection, in the order of <see cref="Write"/>; new figures are added at the end.</summary>
internal readonly record struct StatisticsAnswer(CollectionStatistics Statistics) : IMessage<StatisticsAnswer>
{
    public void Write(ref MessagePackWriter writer)
    {
        CollectionStatistics figures = Statistics;
        writer.WriteArrayHeader(21);
        writer.Write(figures.Name);
        writer.Write(figures.Dimensions);
        writer.Write((int)figures.Metric);
        writer.Write(figures.ModelKind);
        WireModels.Write(ref writer, figures.ModelFingerprint);
        writer.Write(figures.BitCount);
        writer.Write(figures.TableCount);
        writer.Write(figures.Generation);
        writer.Write(figures.Count);
        writer.Write(figures.DeadRows);
        writer.Write(figures.DistinctHashcodes);
        writer.Write(figures.LastSequenceNumber);
        writer.Write(figures.DurableSequenceNumber);
        writer.Write(figures.CheckpointSequenceNumber);
        writer.Write(figures.LogBytes);
        writer.Write(figures.DiskBytes);
        writer.Write(figures.PostingMemoryBytes);
        writer.Write(figures.CompactionAdvised);
        WritePrevious(ref writer, figures.PreviousGeneration);
        if (figures.Building is { } building)
            GenerationProgressAnswer.WriteFields(ref writer, building);
        else
            writer.WriteNil();
        writer.Write(figures.SketchBytes);
    }

    public static StatisticsAnswer Read(ref BodyReader body) => new(new CollectionStatistics
    {
        Name = body.ReadText("name"),
        Dimensions = body.ReadInt32("dimensions"),
        Metric = (DistanceMetric)body.ReadInt32("metric", (int)DistanceMetric.Cosine, (int)DistanceMetric.Dot),
        ModelKind = body.ReadText("model kind"),
        ModelFingerprint = WireModels.ReadFingerprint(ref body),
        BitCount = body.ReadInt32("bits"),
        TableCount = body.ReadInt32("tables"),
        Generation = body.ReadInt64("generation"),
        Count = body.ReadInt64("count"),
        DeadRows = body.ReadInt64("dead rows"),
        DistinctHashcodes = body.ReadInt64("distinct hashcodes"),
        LastSequenceNumber = body.ReadInt64("last sequence number"),
        DurableSequenceNumber = body.ReadInt64("durable sequence number"),
        CheckpointSequenceNumber = body.ReadInt64("checkpoint sequence number"),
        LogBytes = body.ReadInt64("log bytes"),
        DiskBytes = body.ReadInt64("disk bytes"),
        PostingMemoryBytes = body.ReadInt64("posting memory bytes"),
        CompactionAdvised = body.ReadBoolean("compaction advised"),
        PreviousGeneration = ReadPrevious(ref body),
        Building = ReadBuilding(ref body),
        SketchBytes = body.ReadInt64OrDefault("sketch bytes", 0),
    });

    private static void WritePrevious(ref MessagePackWriter writer, PreviousGeneration? previous)
    {
        if (previous is null)
        {
            writer.WriteNil();
            return;
        }
        writer.WriteArrayHeader(4);
        writer.Write(previous.Generation);
        WireModels.Write(ref writer, previous.ModelFingerprint);
        writer.Write(previous.BitCount);
        writer.Write(previous.TableCount);
    }

    private static PreviousGeneration? ReadPrevious(ref BodyReader body)
    {
        if (body.TryReadNil())
            return null;
        int outer = body.Enter("previous generation", out _);
        var previous = new PreviousGeneration(
            body.ReadInt64("generation"), WireModels.ReadFingerprint(ref body), body.ReadInt32("bits"), body.ReadInt32("tables"));
        body.Leave(outer);
        return previous;
    }

    private static GenerationProgress? ReadBuilding(ref BodyReader body)
    {
        if (body.TryReadNil())
            return null;
        int outer = body.Enter("building", out _);
        GenerationProgress progress = GenerationProgressAnswer.ReadFields(ref body);
        body.Leave(outer);
        return progress;
    }
}
