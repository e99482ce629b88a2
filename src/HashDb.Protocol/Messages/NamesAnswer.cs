using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>The names of the collections: [array of names].</summary>
internal readonly record struct NamesAnswer(IReadOnlyList<string> Names) : IMessage<NamesAnswer>
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(1);
        writer.WriteArrayHeader(Names.Count);
        foreach (string name in Names)
            writer.Write(name);
    }

    public static NamesAnswer Read(ref BodyReader body)
    {
        int outer = body.Enter("names", out int count);
        if (count > StorageLimits.MaxCollectionCount)
            throw new ProtocolException($"{count} collections were listed; a database has at most {StorageLimits.MaxCollectionCount}.");
        string[] names = new string[count];
        for (int i = 0; i < count; i++)
            names[i] = body.ReadText("name");
        body.Leave(outer);
        return new NamesAnswer(names);
    }
}
