using HashDb.Client;

namespace HashDb.Cli.Input;

/// <summary>The collections that a command with an optional NAME is about.</summary>
internal static class CollectionSelection
{
    /// <summary>The named collection, or all of them in the order of their names.</summary>
    public static async Task<IReadOnlyList<HashDbCollection>> SelectAsync(
        HashDbConnection client, string? name, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> names = name is null ? await client.ListCollectionsAsync(cancellationToken) : [name];
        var selected = new List<HashDbCollection>(names.Count);
        foreach (string each in names)
            selected.Add(await client.GetCollectionAsync(each, cancellationToken));
        return selected;
    }
}
