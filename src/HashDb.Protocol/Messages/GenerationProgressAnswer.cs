using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>How far a generation is that is being built: [phase, rows done, rows total]. Never the final answer.</summary>
internal readonly record struct GenerationProgressAnswer(GenerationProgress Progress) : IMessage<GenerationProgressAnswer>
{
    public void Write(ref MessagePackWriter writer) => WriteFields(ref writer, Progress);

    public static GenerationProgressAnswer Read(ref BodyReader body) => new(ReadFields(ref body));

    public static void WriteFields(ref MessagePackWriter writer, GenerationProgress progress)
    {
        writer.WriteArrayHeader(3);
        writer.Write((int)progress.Phase);
        writer.Write(progress.RowsDone);
        writer.Write(progress.RowsTotal);
    }

    public static GenerationProgress ReadFields(ref BodyReader body) => new(
        (GenerationPhase)body.ReadInt32("phase", (int)GenerationPhase.Rows, (int)GenerationPhase.Sketches),
        body.ReadInt64("rows done", 0), body.ReadInt64("rows total", 0));
}
