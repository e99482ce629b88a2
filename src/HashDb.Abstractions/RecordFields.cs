// The fields of a record as a program writes and reads them: names and values in the order in which they were given.
using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using HashDb.Fields;

namespace HashDb;

/// <summary>
/// Named values of a record. <c>new RecordFields { ["title"] = "Sea", ["year"] = 2020, ["tags"] = new[] { "blue" } }</c>. Not safe for
/// writing from several threads.
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "It is a record's part before it is a dictionary.")]
public sealed class RecordFields : IReadOnlyDictionary<string, FieldValue>
{
    private readonly List<string> _order = [];
    private readonly Dictionary<string, FieldValue> _values = new(StringComparer.Ordinal);

    /// <summary>The value of a field; setting one that is there replaces it.</summary>
    /// <param name="name">1 to <see cref="StorageLimits.MaxFieldNameBytes"/> bytes of UTF-8, not beginning with a dollar sign.</param>
    /// <exception cref="KeyNotFoundException">There is no such field; names it and those that there are.</exception>
    public FieldValue this[string name]
    {
        get => _values.TryGetValue(name, out FieldValue value)
            ? value
            : throw new KeyNotFoundException($"There is no field '{name}'; there are: {string.Join(", ", _order)}.");
        set
        {
            FieldNames.Check(name, nameof(name));
            if (!_values.ContainsKey(name))
                _order.Add(name);
            _values[name] = value;
        }
    }

    /// <summary>Number of fields.</summary>
    public int Count => _order.Count;

    /// <summary>The names, in order.</summary>
    public IEnumerable<string> Keys => _order;

    /// <summary>The values, in order.</summary>
    public IEnumerable<FieldValue> Values => _order.Select(name => _values[name]);

    /// <summary>Fields from names and objects: bool, integers, double, string, DateTimeOffset, Guid, bytes, lists of these, null.</summary>
    /// <exception cref="ArgumentException">A value is of another type, or a name is not allowed; names the field.</exception>
    public static RecordFields From(IEnumerable<KeyValuePair<string, object?>> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var fields = new RecordFields();
        foreach ((string name, object? value) in values)
            fields.Add(name, ValueOf(name, value));
        return fields;
    }

    /// <summary>Fields from the public properties of an object, under their own names.</summary>
    /// <exception cref="ArgumentException">A property is of a type that no field has; names it.</exception>
    [RequiresUnreferencedCode("Properties are found by reflection. Use a dictionary, JSON or an initializer where code is trimmed.")]
    public static RecordFields FromObject(object value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return FieldObjects.Read(value);
    }

    /// <summary>Fields from a JSON object; <see cref="ToJson"/> says how types are written that JSON lacks.</summary>
    /// <exception cref="ArgumentException">It is no object, or a value is none of a field; names the field.</exception>
    public static RecordFields FromJson(JsonElement json) => FieldJson.Read(json);

    /// <inheritdoc cref="FromJson(JsonElement)"/>
    /// <exception cref="JsonException">The text is no JSON.</exception>
    public static RecordFields FromJson(string json)
    {
        using var document = JsonDocument.Parse(json);
        return FieldJson.Read(document.RootElement);
    }

    /// <summary>The fields that a payload holds; what is none of a field is left out.</summary>
    /// <exception cref="FormatException">The payload is damaged.</exception>
    public static RecordFields Decode(ReadOnlySpan<byte> payload)
    {
        var fields = new RecordFields();
        if (payload.IsEmpty)
            return fields;
        for (int entries = RawField.ReadMapHeader(ref payload); entries > 0; entries--)
        {
            bool isNamed = RawField.TryReadName(ref payload, out ReadOnlySpan<byte> utf8);
            RawField value = RawField.Read(ref payload);
            if (!isNamed || !value.IsField || (utf8.Length > 0 && utf8[0] == '$'))
                continue;
            string name = System.Text.Encoding.UTF8.GetString(utf8);
            if (fields._values.TryAdd(name, value.ToValue()))
                fields._order.Add(name);
        }
        return fields;
    }

    /// <summary>Adds a field.</summary>
    /// <exception cref="ArgumentException">There is one of that name, or the name is not allowed.</exception>
    public void Add(string name, FieldValue value)
    {
        if (_values.ContainsKey(name))
            throw new ArgumentException($"The field '{name}' is there twice; give it once.", nameof(name));
        this[name] = value;
    }

    /// <summary>Takes a field out; false when there is none.</summary>
    public bool Remove(string name) => _values.Remove(name) && _order.Remove(name);

    /// <summary>The field as <see cref="bool"/>.</summary>
    /// <exception cref="KeyNotFoundException">There is no such field.</exception>
    /// <exception cref="InvalidOperationException">It is something else; names the field and what it is.</exception>
    public bool GetBoolean(string name) => Get(name, static value => value.AsBoolean());

    /// <summary>The field as <see cref="int"/>.</summary>
    /// <inheritdoc cref="GetBoolean" path="/exception"/>
    public int GetInt32(string name) => Get(name, static value => value.AsInt32());

    /// <summary>The field as <see cref="long"/>.</summary>
    /// <inheritdoc cref="GetBoolean" path="/exception"/>
    public long GetInt64(string name) => Get(name, static value => value.AsInt64());

    /// <summary>The field as <see cref="double"/>; a whole number is converted.</summary>
    /// <inheritdoc cref="GetBoolean" path="/exception"/>
    public double GetDouble(string name) => Get(name, static value => value.AsDouble());

    /// <summary>The field as <see cref="string"/>.</summary>
    /// <inheritdoc cref="GetBoolean" path="/exception"/>
    public string GetString(string name) => Get(name, static value => value.AsString());

    /// <summary>The field as <see cref="DateTimeOffset"/>.</summary>
    /// <inheritdoc cref="GetBoolean" path="/exception"/>
    public DateTimeOffset GetDateTimeOffset(string name) => Get(name, static value => value.AsDateTimeOffset());

    /// <summary>The field as <see cref="Guid"/>.</summary>
    /// <inheritdoc cref="GetBoolean" path="/exception"/>
    public Guid GetGuid(string name) => Get(name, static value => value.AsGuid());

    /// <summary>The field as bytes, which the caller owns.</summary>
    /// <inheritdoc cref="GetBoolean" path="/exception"/>
    public byte[] GetBytes(string name) => Get(name, static value => value.AsBytes());

    /// <summary>The field as a list of texts.</summary>
    /// <inheritdoc cref="GetBoolean" path="/exception"/>
    public string[] GetStrings(string name) => Get(name, static value => value.AsList().Select(item => item.AsString()).ToArray());

    /// <summary>As a payload: what is stored. Empty when there are no fields.</summary>
    /// <exception cref="ArgumentException">A value is not allowed, or there is too much; names the field and the limit.</exception>
    public byte[] Encode() => FieldWriter.Encode(this);

    /// <summary>
    /// As a JSON object. An instant is <c>{"$date":"2024-05-01T00:00:00+00:00"}</c>, a UUID <c>{"$guid":"..."}</c>, bytes
    /// <c>{"$bytes":"base64"}</c>, an infinity <c>{"$double":"Infinity"}</c>.
    /// </summary>
    public string ToJson() => FieldJson.ToText(this);

    /// <summary>Writes the JSON object of <see cref="ToJson"/>.</summary>
    public void WriteTo(Utf8JsonWriter writer) => FieldJson.Write(writer, this);

    /// <summary>Sets the properties of a new object from the fields of their names; those without a field keep their value.</summary>
    /// <exception cref="InvalidOperationException">A field does not fit its property; names it.</exception>
    [RequiresUnreferencedCode("Properties are found by reflection.")]
    [RequiresDynamicCode("Lists are made of the types of properties.")]
    public T To<T>()
        where T : new() => FieldObjects.Write(this, new T());

    /// <inheritdoc/>
    public bool ContainsKey(string key) => _values.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, out FieldValue value) => _values.TryGetValue(key, out value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, FieldValue>> GetEnumerator() =>
        _order.Select(name => KeyValuePair.Create(name, _values[name])).GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => ToJson();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private T Get<T>(string name, Func<FieldValue, T> read)
    {
        FieldValue value = this[name];
        try
        {
            return read(value);
        }
        catch (InvalidOperationException exception)
        {
            throw new InvalidOperationException($"The field '{name}': {exception.Message}", exception);
        }
    }

    private static FieldValue ValueOf(string name, object? value)
    {
        try
        {
            return FieldValue.FromObject(value);
        }
        catch (ArgumentException exception)
        {
            throw new ArgumentException($"The field '{name}': {exception.Message}", exception);
        }
    }
}
