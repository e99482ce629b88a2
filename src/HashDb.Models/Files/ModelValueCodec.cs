using System.Collections.Immutable;
using HashDb.Serialization;
using MessagePack;

namespace HashDb.Models.Files;

/// <summary>Name-to-value maps in the body of a model file: str, int, float64 or bool under ascending names.</summary>
internal static class ModelValueCodec
{
    public static void Write(ref MessagePackWriter writer, ImmutableSortedDictionary<string, ModelValue> map)
    {
        if (map.KeyComparer != StringComparer.Ordinal)
            map = map.WithComparers(StringComparer.Ordinal);
        writer.WriteMapHeader(map.Count);
        foreach ((string name, ModelValue value) in map)
        {
            writer.WriteText(name);
            switch (value.Kind)
            {
                case ModelValueKind.Text:
                    writer.WriteText(value.AsText());
                    break;
                case ModelValueKind.Integer:
                    writer.Write(value.AsInteger());
                    break;
                case ModelValueKind.Real:
                    writer.Write(value.AsReal());
                    break;
                default:
                    writer.Write(value.AsBoolean());
                    break;
            }
        }
    }

    public static ImmutableSortedDictionary<string, ModelValue> Read(ref StrictMessagePackReader reader, string mapName)
    {
        ImmutableSortedDictionary<string, ModelValue>.Builder map = ModelValueMap.Empty.ToBuilder();
        int count = ModelFileLayout.ReadMapCount(ref reader, mapName);
        string? previous = null;
        for (int i = 0; i < count; i++)
        {
            string name = previous = ModelFileLayout.ReadName(ref reader, previous);
            map.Add(name, reader.NextMessagePackType switch
            {
                MessagePackType.String => reader.ReadString()!,
                MessagePackType.Integer => reader.ReadInt64(),
                MessagePackType.Float => ReadReal(ref reader, name),
                MessagePackType.Boolean => reader.ReadBoolean(),
                MessagePackType other => throw new MessagePackSerializationException($"'{name}' of {mapName} is of type {other}."),
            });
        }

        return map.ToImmutable();
    }

    private static ModelValue ReadReal(ref StrictMessagePackReader reader, string name)
    {
        double value = reader.ReadDouble();
        return double.IsFinite(value) ? value : throw new MessagePackSerializationException($"'{name}' is not a finite number.");
    }
}
