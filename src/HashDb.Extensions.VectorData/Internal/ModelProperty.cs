using System.Reflection;

namespace HashDb.Extensions.VectorData.Internal;

/// <summary>A property of a record: of an object, or an entry of a dictionary when there is no member.</summary>
internal sealed record ModelProperty(string Name, string StorageName, Type Type, PropertyInfo? Member)
{
    public object? Get(object record) => Member is null
        ? ((Dictionary<string, object?>)record).GetValueOrDefault(Name)
        : Member.GetValue(record);

    public void Set(object record, object? value)
    {
        if (Member is null)
            ((Dictionary<string, object?>)record)[Name] = value;
        else
            Member.SetValue(record, value);
    }
}
