namespace HashDb.Packages.Tests.Support;

/// <summary>
/// The packages, made once for all tests by scripts/pack.sh in a folder outside the tree, under a version that no cache can know. Programs
/// are restored from that folder and the sources that the machine has anyway.
/// </summary>
public sealed class PackedFixture : IAsyncLifetime
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hashdb-packages-");
    private string _globalPackages = "";

    /// <summary>Top of the checkout.</summary>
    public string Root { get; } = FindRoot();

    /// <summary>Version of the packages.</summary>
    public string Version { get; } = $"0.1.0-ci.{DateTime.UtcNow.Ticks}";

    /// <summary>Folder of the packages.</summary>
    public string Packages => this["out"];

    /// <summary>Ids of all packages: a project of src is one, and the command is called HashDb.Tool.</summary>
    public IEnumerable<string> Ids => Directory.GetDirectories(Path.Combine(Root, "src"))
        .Where(folder => Directory.EnumerateFiles(folder, "*.csproj").Any())
        .Select(folder => Path.GetFileName(folder) is var name && name == "HashDb.Cli" ? "HashDb.Tool" : name);

    /// <summary>
    /// What tests and programs see of the environment: installed packages go to a folder that is deleted with the tests. What the
    /// machine has
    /// already is used from where it is.
    /// </summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["NUGET_PACKAGES"] = this["installed"],
        ["RestoreFallbackFolders"] = _globalPackages,
    };

    /// <summary>Path of something in the temporary folder.</summary>
    public string this[string name] => Path.Combine(_directory.FullName, name);

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        // Nothing that lies above the temporary folder may have a say in the programs.
        foreach (string file in new[] { "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props" })
            await File.WriteAllTextAsync(this[file], "<Project />\n");
        CommandResult locals = await Dotnet.RunAsync(
            Dotnet.Command, _directory.FullName, new Dictionary<string, string>(), "nuget", "locals", "global-packages", "--list");
        string listed = locals.Succeeded().Output;
        _globalPackages = listed[(listed.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();

        string script = Path.Combine(Root, "scripts", "pack.sh");
        CommandResult packed =
            await Dotnet.RunAsync("bash", _directory.FullName, new Dictionary<string, string>(), script, Packages, Version);
        packed.Succeeded();
    }

    /// <summary>Makes a program of one source file that refers to packages, and builds it.</summary>
    /// <returns>The program's assembly.</returns>
    internal async Task<string> BuildAsync(string name, string sdk, params IEnumerable<string> packages)
    {
        string folder = Directory.CreateDirectory(this[name]).FullName;
        string references = string.Concat(packages.Select(id => $"""<PackageReference Include="{id}" Version="[{Version}]" />"""));
        await File.WriteAllTextAsync(Path.Combine(folder, $"{name}.csproj"), $"""
            <Project Sdk="{sdk}">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <RestoreAdditionalProjectSources>{Packages}</RestoreAdditionalProjectSources>
              </PropertyGroup>
              <ItemGroup>{references}</ItemGroup>
            </Project>

            """);
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Consumers", $"{name}.cs"), Path.Combine(folder, "Program.cs"));
        CommandResult built =
            await Dotnet.RunAsync(Dotnet.Command, folder, Environment, "build", "-c", "Release", "-o", this[$"{name}-bin"]);
        built.Succeeded();
        return Path.Combine(this[$"{name}-bin"], $"{name}.dll");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _directory.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "HashDb.sln")))
                return at.FullName;
        }
        throw new InvalidOperationException($"HashDb.sln is not above {AppContext.BaseDirectory}.");
    }
}
