namespace HashDb.Cli.Demo;

/// <summary>The folder that a demo writes: a database, models and a report. A marker says that it may be replaced.</summary>
internal sealed class DemoFolder
{
    private const string MarkerName = ".hashdb-demo";

    private DemoFolder(string path) => Root = path;

    public string Root { get; }

    public string Database => Path.Combine(Root, "database");

    public string Model => Path.Combine(Root, "model.hdbm");

    /// <summary>The file of a model that the demo compares.</summary>
    public string ModelOf(string name) => Path.Combine(Root, $"model-{name}.hdbm");

    public string Report => Path.Combine(Root, "report.html");

    /// <summary>Makes the folder, or empties the one that an earlier demo made.</summary>
    /// <exception cref="IOException">There is something that the demo did not make.</exception>
    public static DemoFolder Prepare(string path)
    {
        var folder = new DemoFolder(Path.GetFullPath(path));
        string marker = Path.Combine(folder.Root, MarkerName);
        if (File.Exists(folder.Root))
            throw new IOException($"{folder.Root} is a file; --out names the folder that the demo writes.");
        if (Directory.Exists(folder.Root) && !File.Exists(marker) && Directory.EnumerateFileSystemEntries(folder.Root).Any())
            throw new IOException($"{folder.Root} exists and was not made by the demo: name another folder with --out, or remove it.");

        Directory.CreateDirectory(folder.Root);
        File.WriteAllText(marker, "Made by 'hashdb demo', which replaces the database, the models and the report in this folder.\n");
        if (Directory.Exists(folder.Database))
            Directory.Delete(folder.Database, recursive: true);
        File.Delete(folder.Model);
        foreach (string model in Directory.EnumerateFiles(folder.Root, "model-*.hdbm"))
            File.Delete(model);
        File.Delete(folder.Report);
        return folder;
    }
}
