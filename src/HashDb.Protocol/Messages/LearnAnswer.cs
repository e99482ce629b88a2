using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>What a draft made of the items of one request: [items, items that moved a hyperplane].</summary>
internal readonly record struct LearnAnswer(LearnReport Report) : IMessage<LearnAnswer>
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(2);
        writer.Write(Report.ItemCount);
        writer.Write(Report.MovedCount);
    }

    public static LearnAnswer Read(ref BodyReader body) => new(new LearnReport(body.ReadInt32("items", 0), body.ReadInt32("moved", 0)));
}
