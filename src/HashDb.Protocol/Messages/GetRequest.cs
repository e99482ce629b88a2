using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>Reads records: [collection, ids].</summary>
internal readonly record struct GetRequest(string Collection, IReadOnlyList<VectorId> Ids) : IMessage<GetRequest>
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(2);
        writer.WriteText(Collection);
        WriteIds(ref writer, Ids);
    }

    public static GetRequest Read(ref BodyReader body) => new(body.ReadText("collection"), body.ReadNumbers<VectorId>("ids"));

    internal static void WriteIds(ref MessagePackWriter writer, IReadOnlyList<VectorId> ids)
    {
        writer.WriteBinHeader(checked(ids.Count * sizeof(ulong)));
        for (int i = 0; i < ids.Count; i++)
        {
            VectorId id = ids[i];
            RawNumbers.WriteBody(ref writer, new ReadOnlySpan<VectorId>(in id));
        }
    }
}
