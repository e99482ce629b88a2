using System.Buffers;
using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>Makes a collection: [collection, metric, model file].</summary>
/// <param name="Collection">Its name.</param>
/// <param name="Metric">How candidates are ordered.</param>
/// <param name="ModelFile">The bytes of a model file (docs/MODEL-FILE.md).</param>
internal readonly record struct CreateCollectionRequest(
    string Collection, DistanceMetric Metric, ReadOnlyMemory<byte> ModelFile) : IMessage<CreateCollectionRequest>
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(3);
        writer.WriteText(Collection);
        writer.Write((int)Metric);
        writer.Write(ModelFile.Span);
    }

    public static CreateCollectionRequest Read(ref BodyReader body) => new(
        body.ReadText("collection"), (DistanceMetric)body.ReadInt32("metric"), body.ReadBinary("model file").ToArray());
}
