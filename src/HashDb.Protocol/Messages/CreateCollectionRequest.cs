using System.Buffers;
using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>Makes a collection: [collection, metric, model file, dimensions, keys].</summary>
/// <param name="Collection">Its name.</param>
/// <param name="Metric">How candidates are ordered.</param>
/// <param name="ModelFile">The bytes of a model file (docs/MODEL-FILE.md); empty for a collection that finds its model itself.</param>
/// <param name="Dimensions">Length of a vector; of no meaning beside a model file, which has it.</param>
/// <param name="Keys">What its records are known by.</param>
internal readonly record struct CreateCollectionRequest(
    string Collection, DistanceMetric Metric, ReadOnlyMemory<byte> ModelFile, int Dimensions = 0, KeyKind Keys = KeyKind.Number)
    : IMessage<CreateCollectionRequest>
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(5);
        writer.WriteText(Collection);
        writer.Write((int)Metric);
        writer.Write(ModelFile.Span);
        writer.Write(Dimensions);
        writer.Write((int)Keys);
    }

    public static CreateCollectionRequest Read(ref BodyReader body) => new(
        body.ReadText("collection"),
        (DistanceMetric)body.ReadInt32("metric"),
        body.ReadBinary("model file").ToArray(),
        body.ReadInt32OrDefault("dimensions", 0),
        (KeyKind)body.ReadInt32OrDefault("keys", 0));
}
