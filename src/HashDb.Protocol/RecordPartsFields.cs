// The parts of records that are asked for, as two fields: parts (int), names of fields (array of text, nil for all).
using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol;

internal static class RecordPartsFields
{
    public const int Count = 2;

    public static void Write(ref MessagePackWriter writer, RecordParts include, IReadOnlyList<string>? names)
    {
        writer.Write((int)include);
        if (names is null)
        {
            writer.WriteNil();
            return;
        }
        writer.WriteArrayHeader(names.Count);
        foreach (string name in names)
            writer.WriteText(name);
    }

    public static (RecordParts Include, string[]? Names) Read(ref BodyReader body, RecordParts usual)
    {
        var include = (RecordParts)body.ReadInt32OrDefault("include", (int)usual);
        if (body.TryReadNil())
            return (include, null);
        int outer = body.Enter("include fields", out int count);
        if (count > StorageLimits.MaxFieldCount)
            throw new ProtocolException($"{count} fields are asked for; a record has at most {StorageLimits.MaxFieldCount}.");
        string[] names = new string[count];
        for (int i = 0; i < count; i++)
            names[i] = body.ReadText("field", StorageLimits.MaxFieldNameBytes);
        body.Leave(outer);
        return (include, names);
    }
}
