using HashDb.Storage;
using Microsoft.Extensions.Logging;

namespace HashDb.Client;

/// <summary>How a program opens a database in its own process.</summary>
public sealed record HashDbClientOptions
{
    /// <summary>Durability, memory and checkpoints.</summary>
    public DatabaseOptions Database { get; init; } = new();

    /// <summary>Where the client and the engine log; nowhere when null. What it throws is dropped and counted.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value is missing or outside its range.</exception>
    public void Validate()
    {
        if (Database is null)
            throw new ArgumentException("Database options are missing.", nameof(Database));
        Database.Validate();
    }
}
