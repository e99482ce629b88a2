using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>Makes the draft the model of a new generation: [collection, keep previous, busy share, cores, sketches].</summary>
/// <param name="Collection">Its name.</param>
/// <param name="Options">How it is built, and whether the present generation is kept.</param>
internal readonly record struct PublishRequest(string Collection, GenerationOptions Options) : IMessage<PublishRequest>
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(1 + GenerationOptionsFields.Count);
        writer.WriteText(Collection);
        GenerationOptionsFields.Write(ref writer, Options);
    }

    public static PublishRequest Read(ref BodyReader body) => new(body.ReadText("collection"), GenerationOptionsFields.Read(ref body));
}
