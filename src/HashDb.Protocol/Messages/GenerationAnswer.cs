using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>
/// What a change of generation did: [generation, model fingerprint, rows, encoded rows, elapsed, write pause], both times in
/// units of 100 ns.
/// </summary>
internal readonly record struct GenerationAnswer(GenerationReport Report) : IMessage<GenerationAnswer>
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(6);
        writer.Write(Report.Generation);
        WireModels.Write(ref writer, Report.ModelFingerprint);
        writer.Write(Report.Rows);
        writer.Write(Report.EncodedRows);
        writer.Write(Report.Elapsed.Ticks);
        writer.Write(Report.WritePause.Ticks);
    }

    public static GenerationAnswer Read(ref BodyReader body) => new(new GenerationReport(
        body.ReadInt64("generation"),
        WireModels.ReadFingerprint(ref body),
        body.ReadInt64("rows"),
        body.ReadInt64("encoded rows"),
        TimeSpan.FromTicks(body.ReadInt64("elapsed", 0)),
        TimeSpan.FromTicks(body.ReadInt64("write pause", 0))));
}
