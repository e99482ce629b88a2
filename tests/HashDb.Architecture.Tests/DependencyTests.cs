using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using HashDb.Models;
using HashDb.Storage;

namespace HashDb.Architecture.Tests;

public sealed class DependencyTests
{
    /// <summary>The projects that each project names. A newcomer reads them in this order.</summary>
    private static readonly Dictionary<string, string[]> References = new()
    {
        ["HashDb.Abstractions"] = [],
        ["HashDb.Models"] = ["HashDb.Abstractions"],
        ["HashDb.Storage"] = ["HashDb.Models"],
        ["HashDb.Protocol"] = ["HashDb.Abstractions"],
        ["HashDb.Client"] = ["HashDb.Protocol", "HashDb.Storage"],
        ["HashDb.Server"] = ["HashDb.Protocol", "HashDb.Storage"],
        ["HashDb.Cli"] = ["HashDb.Client", "HashDb.Server"],
        ["HashDb.Extensions.VectorData"] = ["HashDb.Client"],
    };

    /// <summary>The two ends of a connection share its messages; everybody else uses what is public.</summary>
    private static readonly Dictionary<string, string[]> Friends = new() { ["HashDb.Protocol"] = ["HashDb.Client", "HashDb.Server"] };

    [Fact]
    public void Projects_reference_exactly_those_that_the_table_names()
    {
        foreach ((string name, XDocument project) in Projects())
        {
            References.ShouldContainKey(name, $"{name} has no place among the projects");
            project.Descendants("ProjectReference")
                .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')))
                .Order()
                .ShouldBe(References[name], ignoreOrder: false, name);
        }
    }

    [Fact]
    public void Internals_are_open_to_tests_and_benchmarks_and_to_the_two_users_of_the_protocol()
    {
        foreach ((string name, XDocument project) in Projects())
        {
            project.Descendants("InternalsVisibleTo")
                .Select(friend => friend.Attribute("Include")!.Value)
                .Where(friend => !friend.EndsWith(".Tests", StringComparison.Ordinal)
                    && friend is not ("HashDb.Benchmarks" or "HashDb.Storage.Faults"))
                .Order()
                .ShouldBe(Friends.GetValueOrDefault(name, []), ignoreOrder: false, name);
        }
    }

    /// <summary>What goes over the wire is no part of what a program sees.</summary>
    [Fact]
    public void Protocol_has_no_public_type() => Assembly.Load("HashDb.Protocol").GetExportedTypes().ShouldBeEmpty();

    [Theory]
    [InlineData("HashDb.Abstractions", "HashDb")]
    [InlineData("HashDb.Models", "HashDb.Models")]
    [InlineData("HashDb.Storage", "HashDb.Storage")]
    [InlineData("HashDb.Protocol", "HashDb.Protocol")]
    [InlineData("HashDb.Server", "HashDb.Server")]
    [InlineData("HashDb.Cli", "HashDb.Cli")]
    [InlineData("HashDb.Client", "HashDb.Client")]
    [InlineData("HashDb.Extensions.VectorData", "HashDb.Extensions.VectorData")]
    public void A_folder_is_a_namespace(string project, string root)
    {
        string folder = Path.Combine(Repository.Root, "src", project);
        int compared = 0;
        foreach (string file in Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories))
        {
            string relative = Path.GetRelativePath(folder, Path.GetDirectoryName(file)!).Replace('\\', '/');
            if (relative.StartsWith("obj", StringComparison.Ordinal) || relative.StartsWith("bin", StringComparison.Ordinal))
                continue;
            string expected = relative == "." ? root : $"{root}.{relative.Replace('/', '.')}";
            string? declared = File.ReadLines(file).FirstOrDefault(line => line.StartsWith("namespace ", StringComparison.Ordinal));
            if (declared is null && Path.GetFileName(file) == "Program.cs")
                continue;
            declared.ShouldBe($"namespace {expected};", file);
            compared++;
        }
        compared.ShouldBeGreaterThan(10);
    }

    /// <summary>A walk through the code leads nowhere when a file has moved.</summary>
    [Theory]
    [InlineData("docs/ARCHITECTURE.md")]
    [InlineData("CONTRIBUTING.md")]
    public void Source_files_that_a_document_names_exist(string document)
    {
        string[] sources = [.. Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Select(file => file.Replace('\\', '/'))];
        string[] named = [.. System.Text.RegularExpressions.Regex
            .Matches(
                File.ReadAllText(Path.Combine(Repository.Root, document)),
                "`([A-Za-z0-9./]+\\.cs)`").Select(match => match.Groups[1].Value)];
        named.Length.ShouldBeGreaterThan(5);
        foreach (string name in named.Where(name => !name.StartsWith('.')))
            sources.ShouldContain(file => file.EndsWith("/" + name, StringComparison.Ordinal), $"{document} names {name}");
    }

    /// <summary>Pages and pictures that the command line writes are raw strings, as wide as their content.</summary>
    [Fact]
    public void No_line_of_code_is_longer_than_140_columns()
    {
        List<string> tooLong = [];
        foreach (string folder in (string[])["src", "tests", "benchmarks", "samples"])
        {
            foreach (string file in Directory.GetFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
            {
                string relative = Path.GetRelativePath(Repository.Root, file).Replace('\\', '/');
                if (relative.Contains("/obj/", StringComparison.Ordinal) || relative.Contains("/bin/", StringComparison.Ordinal))
                    continue;
                bool isRaw = false;
                int number = 0;
                foreach (string line in File.ReadLines(file))
                {
                    number++;
                    int quotes = line.Split("\"\"\"").Length - 1;
                    if (line.Length > 140 && !isRaw && quotes == 0)
                        tooLong.Add($"{relative}:{number}");
                    isRaw ^= quotes % 2 == 1;
                }
            }
        }
        tooLong.ShouldBeEmpty();
    }

    [Fact]
    public void No_public_signature_of_the_engine_names_a_FASTER_type()
    {
        foreach (Assembly assembly in new[] { typeof(HashDatabase).Assembly, Assembly.Load("HashDb.Client") })
        {
            foreach (Type type in assembly.GetExportedTypes())
            {
                IEnumerable<Type> named = type.GetMembers(
                    BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
                    .Where(IsVisible)
                    .SelectMany(TypesNamedBy)
                    .Append(type.BaseType ?? typeof(object))
                    .Concat(type.GetInterfaces());
                named.Where(one => (one.FullName ?? one.Name).StartsWith(
                    "FASTER.", StringComparison.Ordinal)).ShouldBeEmpty($"{type} shows FASTER");
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

    private static IEnumerable<(string Name, XDocument Project)> Projects()
    {
        string[] projects = Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories);
        projects.Length.ShouldBe(References.Count);
        return projects.Select(path => (Path.GetFileNameWithoutExtension(path), XDocument.Load(path)));
    }

    private static bool IsVisible(MemberInfo member) => member switch
    {
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
        _ => true,
    };

    private static IEnumerable<Type> TypesNamedBy(MemberInfo member) => member switch
    {
        MethodInfo method =>
            method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType).SelectMany(Unwrap),
        ConstructorInfo constructor => constructor.GetParameters().Select(parameter => parameter.ParameterType).SelectMany(Unwrap),
        FieldInfo field => Unwrap(field.FieldType),
        _ => [],
    };

    private static IEnumerable<Type> Unwrap(Type type) =>
        type.HasElementType ? Unwrap(type.GetElementType()!)
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(Unwrap).Append(type)
        : [type];
}
