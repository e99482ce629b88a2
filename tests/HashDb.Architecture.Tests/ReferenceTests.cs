using System.Xml.Linq;

namespace HashDb.Architecture.Tests;

/// <summary>
/// A library was once referred to by the path of a file that was only downloaded, so no package of ours named it, and programs with our
/// packages died at their first call for want of it. A reference by package is one that our packages hand on.
/// </summary>
public sealed class ReferenceTests
{
    [Fact]
    public void No_project_takes_an_assembly_by_its_path_or_a_package_without_naming_it()
    {
        string[] files = [.. new[] { "*.csproj", "*.props", "*.targets", "*.proj" }
            .SelectMany(pattern => Directory.EnumerateFiles(Repository.Root, pattern, SearchOption.AllDirectories))
            .Where(file => !Path.GetRelativePath(Repository.Root, file).Split('/', '\\').Any(
                part => part is "obj" or "bin" or "node_modules"))];
        files.Length.ShouldBeGreaterThan(10);
        foreach (string file in files)
        {
            XDocument.Load(file).Descendants().Select(element => element.Name.LocalName)
                .ShouldNotContain(name => name == "PackageDownload" || name == "HintPath", file);
        }
    }
}
