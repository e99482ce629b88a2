using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>Counts or deletes records: [collection, filter].</summary>
/// <param name="Collection">Its name.</param>
/// <param name="Filter">Those that match; null for all, where that is allowed.</param>
internal readonly record struct FilterRequest(string Collection, Filter? Filter) : IMessage<FilterRequest>
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(2);
        writer.WriteText(Collection);
        FilterField.Write(ref writer, Filter);
    }

    public static FilterRequest Read(ref BodyReader body) => new(body.ReadText("collection"), FilterField.Read(ref body));
}
