using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>What is fixed for a collection: [name, dimensions, metric, model kind, bits, tables, model fingerprint, keys].</summary>
internal readonly record struct DescriptionAnswer(CollectionDescription Description) : IMessage<DescriptionAnswer>
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(8);
        writer.Write(Description.Name);
        writer.Write(Description.Dimensions);
        writer.Write((int)Description.Metric);
        writer.Write(Description.ModelKind);
        writer.Write(Description.BitCount);
        writer.Write(Description.TableCount);
        WireModels.Write(ref writer, Description.ModelFingerprint);
        writer.Write((int)Description.Keys);
    }

    public static DescriptionAnswer Read(ref BodyReader body) => new(new CollectionDescription(
        body.ReadText("name"),
        body.ReadInt32("dimensions"),
        (DistanceMetric)body.ReadInt32("metric", (int)DistanceMetric.Cosine, (int)DistanceMetric.Dot),
        body.ReadText("model kind"),
        body.ReadInt32("bits"),
        body.ReadInt32("tables"),
        WireModels.ReadFingerprint(ref body))
    {
        Keys = body.HasNext ? (KeyKind)body.ReadInt32("keys", (int)KeyKind.Number, (int)KeyKind.Guid) : KeyKind.Number,
    });
}
