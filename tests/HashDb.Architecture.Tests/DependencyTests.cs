using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using HashDb.Models;
using HashDb.Storage;

namespace HashDb.Architecture.Tests;

public sealed class DependencyTests
{
    /// <summary>Each project may use those before it, and no others.</summary>
    private static readonly string[] Order = ["HashDb.Abstractions", "HashDb.Protocol", "HashDb.MessagePack", "HashDb.Models", "HashDb.Storage", "HashDb.Client", "HashDb.Server", "HashDb.Cli"];

    [Fact]
    public void Projects_reference_only_those_before_them()
    {
        string[] projects = Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories);
        projects.Length.ShouldBeGreaterThanOrEqualTo(5);
        foreach (string project in projects)
        {
            int place = Array.IndexOf(Order, Path.GetFileNameWithoutExtension(project));
            place.ShouldBeGreaterThanOrEqualTo(0, $"{project} has no place in the order of projects");
            foreach (XElement reference in XDocument.Load(project).Descendants("ProjectReference"))
            {
                string name = Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'));
                Array.IndexOf(Order, name).ShouldBeLessThan(place, $"{project} references {name}");
            }
        }
    }

    [Fact]
    public void No_public_signature_of_the_engine_names_a_FASTER_type()
    {
        foreach (Assembly assembly in new[] { typeof(HashDatabase).Assembly, Assembly.Load("HashDb.Client") })
        {
            foreach (Type type in assembly.GetExportedTypes())
            {
                IEnumerable<Type> named = type.GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
                    .Where(IsVisible)
                    .SelectMany(TypesNamedBy)
                    .Append(type.BaseType ?? typeof(object))
                    .Concat(type.GetInterfaces());
                named.Where(one => (one.FullName ?? one.Name).StartsWith("FASTER.", StringComparison.Ordinal)).ShouldBeEmpty($"{type} shows FASTER");
            }
        }
    }

    /// <summary>The engine knows hash functions by their interface alone, so that any model file can serve.</summary>
    [Fact]
    public void Storage_uses_no_concrete_model()
    {
        using FileStream stream = File.OpenRead(typeof(HashDatabase).Assembly.Location);
        using var reader = new PEReader(stream);
        MetadataReader metadata = reader.GetMetadataReader();
        Assembly models = typeof(IHashModel).Assembly;
        int looked = 0;
        foreach (TypeReferenceHandle handle in metadata.TypeReferences)
        {
            TypeReference reference = metadata.GetTypeReference(handle);
            Type? type = models.GetType($"{metadata.GetString(reference.Namespace)}.{metadata.GetString(reference.Name)}");
            if (type is null)
                continue;
            looked++;
            (type != typeof(IHashModel) && typeof(IHashModel).IsAssignableFrom(type)).ShouldBeFalse($"Storage uses {type}");
            type.Name.ShouldNotEndWith("Trainer");
        }
        looked.ShouldBeGreaterThan(3);
    }

    private static bool IsVisible(MemberInfo member) => member switch
    {
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
        _ => true,
    };

    private static IEnumerable<Type> TypesNamedBy(MemberInfo member) => member switch
    {
        MethodInfo method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType).SelectMany(Unwrap),
        ConstructorInfo constructor => constructor.GetParameters().Select(parameter => parameter.ParameterType).SelectMany(Unwrap),
        FieldInfo field => Unwrap(field.FieldType),
        _ => [],
    };

    private static IEnumerable<Type> Unwrap(Type type) =>
        type.HasElementType ? Unwrap(type.GetElementType()!)
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(Unwrap).Append(type)
        : [type];
}
