using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>The field indexes of a collection: [array of [field, rows, bytes of memory]].</summary>
internal readonly record struct IndexesAnswer(IReadOnlyList<IndexStatistics> Indexes) : IMessage<IndexesAnswer>
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(1);
        writer.WriteArrayHeader(Indexes.Count);
        foreach (IndexStatistics index in Indexes)
        {
            writer.WriteArrayHeader(3);
            writer.WriteText(index.Field);
            writer.Write(index.Rows);
            writer.Write(index.MemoryBytes);
        }
    }

    public static IndexesAnswer Read(ref BodyReader body)
    {
        int outer = body.Enter("indexes", out int count);
        if (count > StorageLimits.MaxIndexCount)
            throw new ProtocolException($"{count} indexes were listed; a collection has at most {StorageLimits.MaxIndexCount}.");
        var indexes = new IndexStatistics[count];
        for (int i = 0; i < count; i++)
        {
            int inner = body.Enter("index", out _);
            indexes[i] = new IndexStatistics(body.ReadText("field"), body.ReadInt64("rows", 0), body.ReadInt64("bytes of memory", 0));
            body.Leave(inner);
        }
        body.Leave(outer);
        return new IndexesAnswer(indexes);
    }
}
