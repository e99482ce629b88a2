// What a record type or a definition says about a collection: its key, its one vector, its data. Checked as a whole when it is made.
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;

namespace HashDb.Extensions.VectorData.Internal;

[RequiresUnreferencedCode("Records are read and written by reflection.")]
internal sealed class RecordModel
{
    private static readonly HashSet<Type> Kinds =
    [
        typeof(bool), typeof(byte), typeof(sbyte), typeof(short), typeof(ushort), typeof(int), typeof(uint), typeof(long), typeof(ulong),
        typeof(float), typeof(double), typeof(string), typeof(DateTimeOffset), typeof(DateTime), typeof(Guid), typeof(byte[]),
    ];

    private RecordModel(
        Type recordType,
        Type keyType,
        ModelProperty key,
        bool isKeyGenerated,
        IReadOnlyList<ModelProperty> data,
        IReadOnlyList<string> indexedFields,
        VectorPart vector)
    {
        RecordType = recordType;
        KeyType = keyType;
        Key = key;
        IsKeyGenerated = isKeyGenerated;
        Data = data;
        IndexedFields = indexedFields;
        Vector = vector;
    }

    public Type RecordType { get; }

    public Type KeyType { get; }

    public ModelProperty Key { get; }

    /// <summary>A record without a key gets a new UUID.</summary>
    public bool IsKeyGenerated { get; }

    public IReadOnlyList<ModelProperty> Data { get; }

    /// <summary>The fields that the collection is to have indexes on.</summary>
    public IReadOnlyList<string> IndexedFields { get; }

    public VectorPart Vector { get; }

    public KeyKind KeyKind => KeyType == typeof(string) ? KeyKind.String : KeyType == typeof(Guid) ? KeyKind.Guid : KeyKind.Number;

    public static RecordModel Of(
        Type recordType, Type keyType, VectorStoreCollectionDefinition? definition, IEmbeddingGenerator? generator)
    {
        PropertyInfo[] members = recordType.GetProperties(BindingFlags.Public | BindingFlags.Instance);
        IEnumerable<VectorStoreProperty> properties = definition?.Properties ?? FromAttributes(members);
        RecordModel model = Make(recordType, properties, name => Array.Find(members, member => member.Name == name)
            ?? throw new InvalidOperationException($"The definition names '{name}', which is no property of {recordType.Name}."),
            definition?.EmbeddingGenerator ?? generator);
        return model.KeyType == keyType || keyType == typeof(object)
            ? model
            : throw new InvalidOperationException(
                $"The key {model.Key.Name} of {recordType.Name} is of the type {model.KeyType.Name}; the collection was asked for with "
                + $"{keyType.Name}.");
    }

    public static RecordModel OfDictionary(VectorStoreCollectionDefinition definition, IEmbeddingGenerator? generator)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return Make(
            typeof(Dictionary<string, object?>), definition.Properties, _ => null, definition.EmbeddingGenerator ?? generator);
    }

    /// <summary>The field of a property; the key is called <c>$key</c> in filters.</summary>
    public string FieldOf(string property)
    {
        if (property == Key.Name)
            return "$key";
        return Data.FirstOrDefault(data => data.Name == property)?.StorageName
            ?? throw new NotSupportedException($"A filter or order can name the key and the data of a record; '{property}' is neither.");
    }

    private static RecordModel Make(
        Type recordType, IEnumerable<VectorStoreProperty> properties, Func<string, PropertyInfo?> memberOf, IEmbeddingGenerator? generator)
    {
        VectorStoreProperty[] all = [.. properties];
        VectorStoreKeyProperty[] keys = [.. all.OfType<VectorStoreKeyProperty>()];
        VectorStoreVectorProperty[] vectors = [.. all.OfType<VectorStoreVectorProperty>()];
        if (keys.Length != 1)
            throw new InvalidOperationException($"{recordType.Name} has {keys.Length} keys; a record has one.");
        if (vectors.Length != 1)
            throw new NotSupportedException(
                $"{recordType.Name} has {vectors.Length} vectors; a collection of HashDb has exactly one. Keep others in collections of "
                + "their own under the same keys.");
        Type keyType = TypeOf(keys[0], memberOf);
        if (keyType != typeof(string) && keyType != typeof(Guid) && keyType != typeof(long) && keyType != typeof(ulong)
            && keyType != typeof(int))
            throw new NotSupportedException(
                $"The key {keys[0].Name} is of the type {keyType.Name}; HashDb has keys of the types long, ulong, int, string and Guid.");
        ModelProperty[] data =
            [.. all.OfType<VectorStoreDataProperty>().Select(property => Property(property, TypeOf(property, memberOf), memberOf))];
        foreach (ModelProperty property in data)
            CheckData(property);
        return new RecordModel(
            recordType,
            keyType,
            Property(keys[0], keyType, memberOf),
            keyType == typeof(Guid) && keys[0].IsAutoGenerated != false,
            data,
            [.. all.OfType<VectorStoreDataProperty>().Where(property => property.IsIndexed).Select(StorageNameOf)],
            VectorPart.Of(vectors[0], Property(vectors[0], TypeOf(vectors[0], memberOf), memberOf), generator));
    }

    private static Type TypeOf(VectorStoreProperty property, Func<string, PropertyInfo?> memberOf) =>
        memberOf(property.Name)?.PropertyType ?? property.Type ?? typeof(object);

    private static ModelProperty Property(VectorStoreProperty property, Type type, Func<string, PropertyInfo?> memberOf) =>
        new(property.Name, StorageNameOf(property), type, memberOf(property.Name));

    private static string StorageNameOf(VectorStoreProperty property) => property.StorageName ?? property.Name;

    private static void CheckData(ModelProperty property)
    {
        Type type = Nullable.GetUnderlyingType(property.Type) ?? property.Type;
        Type item = type.IsArray ? type.GetElementType()!
            : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>) ? type.GetGenericArguments()[0]
            : type;
        if (!Kinds.Contains(type) && !Kinds.Contains(Nullable.GetUnderlyingType(item) ?? item) && type != typeof(object))
            throw new NotSupportedException(
                $"The data property {property.Name} is of the type {property.Type}; a field is a bool, an integer, a float or double, a "
                + "string, a DateTimeOffset or DateTime, a Guid, a byte array, or an array or List of these.");
    }

    private static IEnumerable<VectorStoreProperty> FromAttributes(PropertyInfo[] members)
    {
        foreach (PropertyInfo member in members)
        {
            if (member.GetCustomAttribute<VectorStoreKeyAttribute>() is { } key)
            {
                yield return new VectorStoreKeyProperty(member.Name, member.PropertyType) { StorageName = key.StorageName };
            }
            else if (member.GetCustomAttribute<VectorStoreDataAttribute>() is { } data)
            {
                yield return new VectorStoreDataProperty(member.Name, member.PropertyType)
                {
                    StorageName = data.StorageName,
                    IsIndexed = data.IsIndexed,
                };
            }
            else if (member.GetCustomAttribute<VectorStoreVectorAttribute>() is { } vector)
            {
                yield return new VectorStoreVectorProperty(member.Name, member.PropertyType, vector.Dimensions)
                {
                    StorageName = vector.StorageName,
                    DistanceFunction = vector.DistanceFunction,
                    IndexKind = vector.IndexKind,
                };
            }
        }
    }
}
