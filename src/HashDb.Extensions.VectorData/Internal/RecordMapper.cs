// Records of the program to records of HashDb and back.
using System.Diagnostics.CodeAnalysis;

namespace HashDb.Extensions.VectorData.Internal;

[RequiresDynamicCode("Lists are made of the types of properties.")]
[RequiresUnreferencedCode("Records are read and written by reflection.")]
internal static class RecordMapper
{
    /// <summary>The key of a value of the contract: numbers below zero keep their 64 bits.</summary>
    public static RecordKey KeyOf(object key) => key switch
    {
        string text => text,
        Guid guid => guid,
        ulong number => number,
        long number => unchecked((ulong)number),
        int number => unchecked((ulong)number),
        _ => throw new NotSupportedException($"A {key.GetType().Name} is no key; keys are long, ulong, int, string and Guid."),
    };

    public static object FromKey(RecordKey key, Type type) => key.Kind switch
    {
        KeyKind.String => key.AsString(),
        KeyKind.Guid => key.AsGuid(),
        _ => type == typeof(ulong) ? key.AsNumber() : type == typeof(int) ? (object)(int)key.AsNumber() : unchecked((long)key.AsNumber()),
    };

    /// <summary>A record to store; one without a key gets a new one, which is set in it.</summary>
    public static VectorRecord ToStored(RecordModel model, object record, ReadOnlyMemory<float> vector)
    {
        object? key = model.Key.Get(record);
        if (model.IsKeyGenerated && (key is null || Equals(key, Guid.Empty)))
        {
            key = Guid.NewGuid();
            model.Key.Set(record, key);
        }
        var fields = new RecordFields();
        foreach (ModelProperty property in model.Data)
        {
            if (property.Get(record) is { } value)
                fields[property.StorageName] = FieldValue.FromObject(value is DateTime { Kind: DateTimeKind.Unspecified } time
                    ? DateTime.SpecifyKind(time, DateTimeKind.Utc)
                    : value);
        }
        return new VectorRecord
        {
            Key = KeyOf(key ?? throw new ArgumentException($"The key {model.Key.Name} is null.", nameof(record))),
            Vector = vector,
            Fields = fields,
        };
    }

    public static TRecord FromStored<TRecord>(RecordModel model, VectorRecord stored, bool includeVector)
        where TRecord : class
    {
        object record = model.RecordType == typeof(Dictionary<string, object?>)
            ? new Dictionary<string, object?>()
            : Activator.CreateInstance(model.RecordType)!;
        model.Key.Set(record, FromKey(stored.Key, model.KeyType));
        RecordFields fields = stored.Fields;
        foreach (ModelProperty property in model.Data)
        {
            bool isThere = fields.TryGetValue(property.StorageName, out FieldValue value) && !value.IsNull;
            if (isThere || property.Member is null)
                property.Set(record, isThere ? Convert(property, value) : null);
        }
        if (includeVector)
            model.Vector.Property.Set(record, model.Vector.ToProperty(stored.Vector));
        return (TRecord)record;
    }

    private static object? Convert(ModelProperty property, FieldValue value)
    {
        try
        {
            return value.To(property.Type);
        }
        catch (InvalidCastException exception)
        {
            throw new InvalidOperationException($"The stored field '{property.StorageName}': {exception.Message}", exception);
        }
    }
}
