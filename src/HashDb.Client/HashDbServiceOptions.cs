using HashDb.Storage;

namespace HashDb.Client;

/// <summary>What an application configures when it takes its client from dependency injection.</summary>
public sealed class HashDbServiceOptions
{
    /// <summary>Directory of the database.</summary>
    public string Path { get; set; } = "";

    /// <summary>Durability, memory and checkpoints.</summary>
    public DatabaseOptions Database { get; set; } = new();
}
