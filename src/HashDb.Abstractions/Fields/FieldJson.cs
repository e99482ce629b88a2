// Fields as JSON. What JSON has no type for is an object of one entry whose name begins with a dollar sign; a text that looks like a date
// stays a text.
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace HashDb.Fields;

internal static class FieldJson
{
    private const string Date = "$date";
    private const string Id = "$guid";
    private const string Bytes = "$bytes";
    private const string Double = "$double";

    private static readonly string[] DateFormats =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd' 'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd' 'HH:mmK", "yyyy-MM-dd",
    ];

    public static RecordFields Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw new ArgumentException($"Fields are a JSON object; this is of the kind {json.ValueKind}.", nameof(json));
        var fields = new RecordFields();
        foreach (JsonProperty property in json.EnumerateObject())
        {
            string name = NameOf(property)
                ?? throw new ArgumentException("A field's name has half of a surrogate pair, so it is no Unicode.");
            fields.Add(name, Value(name, property.Value, isInList: false));
        }
        return fields;
    }

    public static string ToText(RecordFields fields)
    {
        using var memory = new MemoryStream();
        using (var writer = new Utf8JsonWriter(memory))
            Write(writer, fields);
        return Encoding.UTF8.GetString(memory.GetBuffer(), 0, (int)memory.Length);
    }

    public static void Write(Utf8JsonWriter writer, RecordFields fields)
    {
        writer.WriteStartObject();
        foreach ((string name, FieldValue value) in fields)
        {
            writer.WritePropertyName(name);
            Write(writer, value);
        }
        writer.WriteEndObject();
    }

    /// <summary>Writes one value.</summary>
    public static void Write(Utf8JsonWriter writer, FieldValue value)
    {
        switch (value.Kind)
        {
            case FieldKind.Null:
                writer.WriteNullValue();
                break;
            case FieldKind.Boolean:
                writer.WriteBooleanValue(value.AsBoolean());
                break;
            case FieldKind.Integer when value.IsLarge:
                writer.WriteNumberValue(value.AsUInt64());
                break;
            case FieldKind.Integer:
                writer.WriteNumberValue(value.AsInt64());
                break;
            case FieldKind.Double when double.IsFinite(value.AsDouble()):
                WriteDouble(writer, value.AsDouble());
                break;
            case FieldKind.Double:
                WriteTyped(writer, Double, value.AsDouble().ToString(CultureInfo.InvariantCulture));
                break;
            case FieldKind.String:
                writer.WriteStringValue(value.AsString());
                break;
            case FieldKind.DateTimeOffset:
                WriteTyped(writer, Date, value.AsDateTimeOffset().ToString("O", CultureInfo.InvariantCulture));
                break;
            case FieldKind.Guid:
                WriteTyped(writer, Id, value.AsGuid().ToString());
                break;
            case FieldKind.Bytes:
                WriteTyped(writer, Bytes, Convert.ToBase64String(value.BytesOf()));
                break;
            default:
                writer.WriteStartArray();
                foreach (FieldValue item in value.AsList())
                    Write(writer, item);
                writer.WriteEndArray();
                break;
        }
    }

    /// <summary>With a point or an exponent, so that it is read back as a double and not as a whole number.</summary>
    private static void WriteDouble(Utf8JsonWriter writer, double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        writer.WriteRawValue(text.AsSpan().IndexOfAny('.', 'E') < 0 ? text + ".0" : text, skipInputValidation: true);
    }

    private static void WriteTyped(Utf8JsonWriter writer, string type, string value)
    {
        writer.WriteStartObject();
        writer.WriteString(type, value);
        writer.WriteEndObject();
    }

    private static FieldValue Value(string name, JsonElement json, bool isInList)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Null:
                return FieldValue.Null;
            case JsonValueKind.True or JsonValueKind.False:
                return json.GetBoolean();
            case JsonValueKind.String:
                return TextOf(json) ?? throw new ArgumentException(
                    $"The field '{Quoted.Cut(name)}' has half of a surrogate pair, so it is no Unicode.");
            case JsonValueKind.Number:
                return Number(name, json);
            case JsonValueKind.Array when !isInList:
                return FieldValue.List([.. json.EnumerateArray().Select(item => Value(name, item, isInList: true))]);
            case JsonValueKind.Object when TryTyped(json) is { } value:
                return value;
            default:
                throw new ArgumentException(
                    $"The field '{Quoted.Cut(name)}' is {Quoted.Cut(json.GetRawText())}; a field holds a single value, a list of "
                    + "single values, or one of "
                    + "{\"$date\":..}, {\"$guid\":..}, {\"$bytes\":..}.");
        }
    }

    private static FieldValue Number(string name, JsonElement json)
    {
        bool isWhole = json.GetRawText().AsSpan().IndexOfAny('.', 'e', 'E') < 0;
        if (isWhole && json.TryGetInt64(out long number))
            return number;
        if (isWhole && json.TryGetUInt64(out ulong large))
            return large;
        // A whole number that is too large is not rounded to a double.
        return !isWhole && json.TryGetDouble(out double value) && double.IsFinite(value)
            ? value
            : throw new ArgumentException(
                $"The field '{Quoted.Cut(name)}' is {Quoted.Cut(json.GetRawText())}, which neither 64 bits nor, with a point or exponent, "
                + "a float64 hold.");
    }

    private static FieldValue? TryTyped(JsonElement json)
    {
        JsonProperty[] entries = [.. json.EnumerateObject().Take(2)];
        if (entries.Length != 1 || entries[0].Value.ValueKind != JsonValueKind.String || TextOf(entries[0].Value) is not { } text)
            return null;
        switch (NameOf(entries[0]))
        {
            case Date when TryDate(text, out DateTimeOffset date):
                return date;
            case Id when Guid.TryParse(text, out Guid id):
                return id;
            case Bytes when TryBytes(text, out byte[] bytes):
                return bytes;
            case Double when double.TryParse(text, CultureInfo.InvariantCulture, out double number) && double.IsInfinity(number):
                return number;
            default:
                return null;
        }
    }

    /// <summary>
    /// Reads a date of ISO 8601; without a time zone it is UTC. Nothing else: "12:00" would be another instant every day.
    /// </summary>
    internal static bool TryDate(string text, out DateTimeOffset date) => DateTimeOffset.TryParseExact(
        text, DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out date);

    internal static bool TryBytes(string text, out byte[] bytes)
    {
        bytes = new byte[(text.Length / 4 * 3) + 3];
        bool isSound = Convert.TryFromBase64String(text, bytes, out int count);
        bytes = bytes[..count];
        return isSound;
    }

    /// <summary>The name, or null when it is no Unicode.</summary>
    private static string? NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The text, or null when it is no Unicode.</summary>
    private static string? TextOf(JsonElement json)
    {
        try
        {
            return json.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
