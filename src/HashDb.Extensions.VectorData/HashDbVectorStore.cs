// HashDb behind the contract of Microsoft.Extensions.VectorData: a store is a connection, a collection is a collection whose fields are the
// data properties. What the contract has and HashDb lacks is refused with NotSupportedException when a collection is asked for, and not
// when a record is lost: several vector properties, none at all, other distances.
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using HashDb.Extensions.VectorData.Internal;
using Microsoft.Extensions.VectorData;

namespace HashDb.Extensions.VectorData;

/// <summary>A database of HashDb, in this process or on a server, as a vector store.</summary>
public sealed class HashDbVectorStore : VectorStore
{
    private readonly HashDbConnection _connection;
    private readonly HashDbVectorStoreOptions _options;

    /// <summary>Makes a store of an open database or a connection to a server.</summary>
    /// <param name="connection">What <c>HashDbClient.OpenAsync</c> or <c>ConnectAsync</c> gave.</param>
    /// <param name="options">The defaults when null.</param>
    public HashDbVectorStore(HashDbConnection connection, HashDbVectorStoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        _connection = connection;
        _options = options ?? new HashDbVectorStoreOptions();
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The record type has what HashDb lacks; says what.</exception>
    [RequiresDynamicCode("Records are read and written by reflection.")]
    [RequiresUnreferencedCode("Records are read and written by reflection.")]
    public override VectorStoreCollection<TKey, TRecord> GetCollection<TKey, TRecord>(
        string name, VectorStoreCollectionDefinition? definition = null)
    {
        if (typeof(TRecord) == typeof(Dictionary<string, object?>))
            throw new ArgumentException("Dictionaries are records of GetDynamicCollection.");
        return new HashDbVectorCollection<TKey, TRecord>(
            _connection, name, RecordModel.Of(typeof(TRecord), typeof(TKey), definition, _options.EmbeddingGenerator));
    }

    /// <inheritdoc/>
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Entries of dictionaries are not found by reflection.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Lists in dictionaries are arrays of objects.")]
    public override VectorStoreCollection<object, Dictionary<string, object?>> GetDynamicCollection(
        string name, VectorStoreCollectionDefinition definition) =>
        new HashDbVectorCollection<object, Dictionary<string, object?>>(
            _connection, name, RecordModel.OfDictionary(definition, _options.EmbeddingGenerator));

    /// <inheritdoc/>
    public override async IAsyncEnumerable<string> ListCollectionNamesAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        IReadOnlyList<string> names = await Errors.WrapAsync(
            "ListCollectionNames", null, () => _connection.ListCollectionsAsync(cancellationToken)).ConfigureAwait(false);
        foreach (string name in names)
            yield return name;
    }

    /// <inheritdoc/>
    public override Task<bool> CollectionExistsAsync(string name, CancellationToken cancellationToken = default) =>
        Collections.ExistsAsync(_connection, name, cancellationToken);

    /// <inheritdoc/>
    public override Task EnsureCollectionDeletedAsync(string name, CancellationToken cancellationToken = default) =>
        Collections.EnsureDeletedAsync(_connection, name, cancellationToken);

    /// <inheritdoc/>
    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(VectorStoreMetadata) ? new VectorStoreMetadata { VectorStoreSystemName = Errors.SystemName }
            : serviceType == typeof(HashDbConnection) ? _connection
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && _options.OwnsConnection)
            _connection.DisposeAsync().AsTask().GetAwaiter().GetResult();
        base.Dispose(disposing);
    }
}
