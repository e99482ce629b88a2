using HashDb.Storage;

namespace HashDb.Client;

/// <summary>What an application configures when it takes its client from dependency injection.</summary>
public sealed class HashDbServiceOptions
{
    /// <summary>Directory of the database, or the address of a server (<c>hashdb://host:port</c>, <c>hashdbs://host:port</c>).</summary>
    public string Path { get; set; } = "";

    /// <summary>Durability, memory and checkpoints, when <see cref="Path"/> is a directory.</summary>
    public DatabaseOptions Database { get; set; } = new();

    /// <summary>Token, connections and time limits, when <see cref="Path"/> is an address.</summary>
    public HashDbConnectionOptions Connection { get; set; } = new();
}
