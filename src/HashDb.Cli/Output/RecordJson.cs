using System.Text.Json;

namespace HashDb.Cli.Output;

/// <summary>Records and hits as JSON.</summary>
internal static class RecordJson
{
    /// <summary>The key: a number under "id", where keys are numbers, otherwise a text under "key".</summary>
    public static void WriteKey(Utf8JsonWriter json, RecordKey key)
    {
        if (key.Kind == KeyKind.Number)
            json.WriteNumber("id", key.AsNumber());
        else
            json.WriteString("key", key.ToString());
    }

    /// <summary>The keys of hits, as "ids" or "keys".</summary>
    public static void WriteKeys(Utf8JsonWriter json, IReadOnlyList<SearchHit> hits, KeyKind kind)
    {
        json.WriteStartArray(kind == KeyKind.Number ? "ids" : "keys");
        foreach (SearchHit hit in hits)
        {
            if (kind == KeyKind.Number)
                json.WriteNumberValue(hit.Id.Value);
            else
                json.WriteStringValue(hit.Key.ToString());
        }
        json.WriteEndArray();
    }

    /// <summary>The parts of a record, without its key.</summary>
    public static void WriteParts(Utf8JsonWriter json, VectorRecord record, RecordParts parts)
    {
        if ((parts & RecordParts.Vector) != 0)
        {
            json.WriteStartArray("vector");
            foreach (float value in record.Vector.Span)
                json.WriteNumberValue(value);
            json.WriteEndArray();
        }
        if ((parts & RecordParts.Labels) != 0)
        {
            json.WriteStartArray("labels");
            foreach (int label in record.Labels.Span)
                json.WriteNumberValue(label);
            json.WriteEndArray();
        }
        if ((parts & RecordParts.Fields) != 0 && !record.Payload.IsEmpty)
        {
            json.WritePropertyName("fields");
            record.Fields.WriteTo(json);
        }
    }
}
