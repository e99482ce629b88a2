namespace HashDb.Samples.Tests.Support;

/// <summary>Where the samples were built, in the configuration of the tests.</summary>
internal static class Samples
{
    public static string PathOf(string name)
    {
        // tests/HashDb.Samples.Tests/bin/Release/net10.0
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        string root = output.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
        string path = Path.Combine(root, "samples", name, "bin", output.Parent.Name, output.Name, $"{name}.dll");
        File.Exists(path).ShouldBeTrue($"The sample was not built: {path} is missing.");
        return path;
    }
}
