namespace HashDb.Storage.Faults.PowerLoss;

/// <summary>A name that was made, removed or moved, and is not flushed. A move is one step: it survives whole or not at all.</summary>
/// <param name="Item">The file or folder.</param>
/// <param name="Removed">Where its name was taken away, or null.</param>
/// <param name="Added">Where it got a name, or null.</param>
internal sealed record FolderChange(object Item, FolderChange.Place? Removed, FolderChange.Place? Added)
{
    public IEnumerable<Place> Places => new[] { Removed, Added }.OfType<Place>();

    /// <summary>Does the same to names of folders.</summary>
    public void ApplyTo(Func<SimulatedFolder, Dictionary<string, object>> namesOf)
    {
        if (Removed is { } from && namesOf(from.Folder).GetValueOrDefault(from.Name) == Item)
            namesOf(from.Folder).Remove(from.Name);
        if (Added is { } to)
            namesOf(to.Folder)[to.Name] = Item;
    }

    /// <summary>A name in a folder.</summary>
    internal sealed record Place(SimulatedFolder Folder, string Name);
}
