using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>What a compaction gave back: [rows before, rows after, bytes before, bytes after].</summary>
internal readonly record struct CompactionAnswer(CompactionReport Report) : IMessage<CompactionAnswer>
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(4);
        writer.Write(Report.RowsBefore);
        writer.Write(Report.RowsAfter);
        writer.Write(Report.BytesBefore);
        writer.Write(Report.BytesAfter);
    }

    public static CompactionAnswer Read(ref BodyReader body) => new(new CompactionReport(
        body.ReadInt64("rows before"), body.ReadInt64("rows after"), body.ReadInt64("bytes before"), body.ReadInt64("bytes after")));
}
