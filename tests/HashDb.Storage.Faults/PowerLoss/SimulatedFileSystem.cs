// A file system that promises what POSIX does and no more: what was written to a file is certain after a flush of the file, a name after
// a flush of its folder. A flush of a file does not make its name certain, and nothing else happens in any order. Of everything that is
// not certain a loss of power leaves what a LossModel says.
using HashDb.Storage.Faults.SystemCalls;

namespace HashDb.Storage.Faults.PowerLoss;

internal sealed class SimulatedFileSystem
{
    private readonly SimulatedFolder _root = new();
    private readonly List<FolderChange> _pending = [];

    public void Apply(FileCall call)
    {
        switch (call.Kind)
        {
            case FileCallKind.Write:
                FileAt(call.Path).Write(call.Offset, call.Data);
                break;
            case FileCallKind.SetLength:
                FileAt(call.Path).SetLength(call.Offset);
                break;
            case FileCallKind.Create:
                Change(new FolderChange(new SimulatedFile(), null, PlaceOf(call.Path)));
                break;
            case FileCallKind.MakeDirectory:
                Change(new FolderChange(new SimulatedFolder(), null, PlaceOf(call.Path)));
                break;
            case FileCallKind.Unlink or FileCallKind.RemoveDirectory:
                Change(new FolderChange(At(call.Path), PlaceOf(call.Path), null));
                break;
            case FileCallKind.Rename:
                Change(new FolderChange(At(call.Path), PlaceOf(call.Path), PlaceOf(call.Target)));
                break;
            case FileCallKind.Flush:
                Flush(At(call.Path));
                break;
        }
    }

    /// <summary>A flush of a file that failed, on a system that does not write the same pages again.</summary>
    public void FailFlush(string path) => (At(path) as SimulatedFile)?.FailFlush();

    /// <summary>What a loss of power leaves: paths with the content of files, or null for folders.</summary>
    public IReadOnlyDictionary<string, byte[]?> Survivors(LossModel loss, Random random)
    {
        var names = new Dictionary<SimulatedFolder, Dictionary<string, object>>();
        foreach (FolderChange change in SurvivingChanges(loss.Folders, random))
            change.ApplyTo(NamesOf);
        var found = new Dictionary<string, byte[]?>(StringComparer.Ordinal);
        Collect(_root, "");
        return found;

        Dictionary<string, object> NamesOf(SimulatedFolder folder)
        {
            if (!names.TryGetValue(folder, out Dictionary<string, object>? own))
                names.Add(folder, own = new Dictionary<string, object>(folder.DurableNames, StringComparer.Ordinal));
            return own;
        }

        void Collect(SimulatedFolder folder, string prefix)
        {
            foreach ((string name, object item) in NamesOf(folder).OrderBy(entry => entry.Key, StringComparer.Ordinal))
            {
                found[prefix + name] = (item as SimulatedFile)?.Content(loss.Content, random);
                if (item is SimulatedFolder inner)
                    Collect(inner, prefix + name + "/");
            }
        }
    }

    private IEnumerable<FolderChange> SurvivingChanges(FolderLoss loss, Random random)
    {
        switch (loss)
        {
            case FolderLoss.All:
                return [];
            case FolderLoss.None:
                return _pending;
            case FolderLoss.Journal:
                return _pending.Take(random.Next(_pending.Count + 1));
            default:
                return SurvivingOneByOne(loss, random);
        }
    }

    /// <summary>Once a change of a folder, or of a name, is lost, so are all later ones of it.</summary>
    private List<FolderChange> SurvivingOneByOne(FolderLoss loss, Random random)
    {
        var lost = new HashSet<object>();
        var chances = new Dictionary<SimulatedFolder, double>();
        var surviving = new List<FolderChange>();
        foreach (FolderChange change in _pending)
        {
            object[] keys = [.. change.Places.Select(place => loss == FolderLoss.Folders ? (object)place.Folder : place)];
            bool isLost = change.Places.Any(place => random.NextDouble() < ChanceOf(place.Folder)) || keys.Any(lost.Contains);
            if (isLost)
                lost.UnionWith(keys);
            else
                surviving.Add(change);
        }
        return surviving;

        double ChanceOf(SimulatedFolder folder)
        {
            if (!chances.TryGetValue(folder, out double chance))
                chances.Add(folder, chance = random.NextDouble() * random.NextDouble());
            return chance;
        }
    }

    private void Change(FolderChange change)
    {
        change.ApplyTo(folder => folder.Names);
        _pending.Add(change);
    }

    private void Flush(object item)
    {
        if (item is SimulatedFile file)
        {
            file.Flush();
            return;
        }
        foreach (FolderChange change in _pending.Where(change => change.Places.Any(place => place.Folder == item)))
            change.ApplyTo(folder => folder.DurableNames);
        _pending.RemoveAll(change => change.Places.Any(place => place.Folder == item));
    }

    private SimulatedFile FileAt(string path) => (SimulatedFile)At(path);

    private object At(string path)
    {
        object item = _root;
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
            item = ((SimulatedFolder)item).Names[name];
        return item;
    }

    private FolderChange.Place PlaceOf(string path) =>
        new((SimulatedFolder)At(Path.GetDirectoryName(path) ?? ""), Path.GetFileName(path));
}
