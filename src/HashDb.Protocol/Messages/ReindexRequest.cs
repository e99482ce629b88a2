using System.Buffers;
using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>Moves a collection to another model: [collection, model file, keep previous, busy share, cores, sketches].</summary>
/// <param name="Collection">Its name.</param>
/// <param name="ModelFile">The bytes of a model file (docs/MODEL-FILE.md); empty to keep the model.</param>
/// <param name="Options">How it is built, and whether the present generation is kept.</param>
internal readonly record struct ReindexRequest(
    string Collection, ReadOnlyMemory<byte> ModelFile, GenerationOptions Options) : IMessage<ReindexRequest>
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(2 + GenerationOptionsFields.Count);
        writer.WriteText(Collection);
        writer.Write(ModelFile.Span);
        GenerationOptionsFields.Write(ref writer, Options);
    }

    public static ReindexRequest Read(ref BodyReader body) => new(
        body.ReadText("collection"), body.ReadBinary("model file").ToArray(), GenerationOptionsFields.Read(ref body));
}
