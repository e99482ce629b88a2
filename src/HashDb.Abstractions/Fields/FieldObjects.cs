// Fields from the properties of objects and back, by reflection: for programs that are not trimmed.
using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Serialization;

namespace HashDb.Fields;

[RequiresUnreferencedCode("Properties are found by reflection.")]
internal static class FieldObjects
{
    public static RecordFields Read(object value)
    {
        if (value is IEnumerable<KeyValuePair<string, object?>> pairs)
            return RecordFields.From(pairs);
        return RecordFields.From(PropertiesOf(value.GetType())
            .Where(property => property.CanRead)
            .Select(property => KeyValuePair.Create(NameOf(property), property.GetValue(value))));
    }

    [RequiresDynamicCode("Lists are made of the types of properties.")]
    public static T Write<T>(RecordFields fields, T target)
    {
        object boxed = target!;
        foreach (PropertyInfo property in PropertiesOf(typeof(T)).Where(property => property.SetMethod is { IsPublic: true }))
        {
            if (fields.TryGetValue(NameOf(property), out FieldValue value))
                property.SetValue(boxed, Convert(NameOf(property), value, property.PropertyType));
        }
        return (T)boxed;
    }

    /// <summary>The name of a property's field: its own, or that of <see cref="JsonPropertyNameAttribute"/>.</summary>
    public static string NameOf(MemberInfo property) =>
        property.GetCustomAttribute<JsonPropertyNameAttribute>() is { } named ? named.Name : property.Name;

    private static IEnumerable<PropertyInfo> PropertiesOf(Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.GetIndexParameters().Length == 0 && property.GetCustomAttribute<JsonIgnoreAttribute>() is null);

    [RequiresDynamicCode("Lists are made of the types of properties.")]
    private static object? Convert(string name, FieldValue value, Type type)
    {
        try
        {
            return Convert(value, type);
        }
        catch (InvalidCastException exception)
        {
            throw new InvalidOperationException($"The field '{name}': {exception.Message}", exception);
        }
    }

    /// <exception cref="InvalidCastException">The type cannot hold the value; names both.</exception>
    [RequiresDynamicCode("Lists are made of the types of properties.")]
    public static object? Convert(FieldValue value, Type type)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        try
        {
            if (plain == typeof(FieldValue))
                return value;
            if (value.IsNull)
                return !type.IsValueType || plain != type ? null : throw new InvalidCastException();
            if (value.Kind == FieldKind.List && plain != typeof(object))
                return ToList(value.AsList(), plain);
            return ToSingle(value, plain);
        }
        catch (Exception exception) when (exception is InvalidCastException or OverflowException or ArgumentException)
        {
            throw new InvalidCastException($"A {value.Kind} ({Quoted.Cut(value.ToString())}) is no {type.Name}.", exception);
        }
    }

    /// <summary>
    /// The value in a type that holds it unchanged, but for doubles that become floats and large integers that become doubles.
    /// </summary>
    private static object ToSingle(FieldValue value, Type type)
    {
        object item = value.ToObject()!;
        return (value.Kind, Type.GetTypeCode(type)) switch
        {
            _ when type.IsInstanceOfType(item) => item,
            (FieldKind.String, _) when type.IsEnum => Enum.Parse(type, value.AsString()),
            (FieldKind.DateTimeOffset, TypeCode.DateTime) => value.AsDateTimeOffset().UtcDateTime,
            (FieldKind.Bytes, _) when type == typeof(ReadOnlyMemory<byte>) => (ReadOnlyMemory<byte>)value.AsBytes(),
            (FieldKind.Integer, >= TypeCode.SByte and <= TypeCode.Double) when !type.IsEnum =>
                System.Convert.ChangeType(item, type, CultureInfo.InvariantCulture),
            (FieldKind.Double, TypeCode.Single) => (float)value.AsDouble(),
            _ => throw new InvalidCastException(),
        };
    }

    [RequiresDynamicCode("Lists are made of the types of properties.")]
    private static object ToList(IReadOnlyList<FieldValue> items, Type type)
    {
        Type item = type.IsArray ? type.GetElementType()! : type.IsGenericType ? type.GetGenericArguments()[0] : typeof(object);
        Array array = Array.CreateInstance(item, items.Count);
        for (int i = 0; i < items.Count; i++)
            array.SetValue(Convert(items[i], item), i);
        if (type.IsInstanceOfType(array))
            return array;
        if (!type.IsAssignableFrom(typeof(List<>).MakeGenericType(item)))
            throw new InvalidCastException();
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(item))!;
        foreach (object? element in array)
            list.Add(element);
        return list;
    }
}
