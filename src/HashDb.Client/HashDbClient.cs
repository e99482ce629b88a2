using HashDb.Client.Internal;

namespace HashDb.Client;

/// <summary>The way to a database.</summary>
public static class HashDbClient
{
    /// <summary>Opens a database in this process; makes it when the directory holds none and the options allow that.</summary>
    /// <param name="path">Its directory.</param>
    /// <param name="options">How it is opened; the defaults when null.</param>
    /// <param name="cancellationToken">Gives up; the directory can be opened again.</param>
    /// <returns>The client, which owns the database: disposing of it closes the database.</returns>
    /// <exception cref="ArgumentException">The path is empty, or an option is outside its range.</exception>
    /// <exception cref="HashDbException">
    /// <see cref="HashDbErrorCode.DatabaseLocked"/>: it is open elsewhere, in this process or another;
    /// <see cref="HashDbErrorCode.DatabaseNotFound"/>: there is none, and none is to be made;
    /// <see cref="HashDbErrorCode.AccessDenied"/>, <see cref="HashDbErrorCode.DiskFull"/>,
    /// <see cref="HashDbErrorCode.CorruptData"/>, <see cref="HashDbErrorCode.UnsupportedVersion"/>: as they say.
    /// </exception>
    public static async Task<IHashDbClient> OpenAsync(string path, HashDbClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        options ??= new HashDbClientOptions();
        options.Validate();
        return await EmbeddedClient.OpenAsync(path, options, cancellationToken).ConfigureAwait(false);
    }
}
