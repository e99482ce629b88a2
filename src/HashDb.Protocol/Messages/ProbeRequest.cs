using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>
/// Probe and probe batch: [collection, vectors, radius, strategy, filter]. One that was read holds rented memory; dispose of it when the
/// query has ended.
/// </summary>
internal sealed record ProbeRequest(
    string Collection, QueryVectors Queries, ProbeOptions Options) : IMessage<ProbeRequest>, IDisposable
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(5);
        writer.WriteText(Collection);
        Queries.Write(ref writer);
        writer.Write(Options.Radius);
        writer.Write((int)Options.Strategy);
        FilterField.Write(ref writer, Options.Filter);
    }

    public static ProbeRequest Read(ref BodyReader body)
    {
        string collection = body.ReadText("collection");
        QueryVectors queries = QueryVectors.Read(ref body);
        try
        {
            return new ProbeRequest(
                collection,
                queries,
                new ProbeOptions
                {
                    Radius = body.ReadInt32("radius"),
                    Strategy = (ProbeStrategy)body.ReadInt32OrDefault("strategy", 0),
                    Filter = FilterField.Read(ref body),
                });
        }
        catch
        {
            queries.Dispose();
            throw;
        }
    }

    public void Dispose() => Queries.Dispose();
}
