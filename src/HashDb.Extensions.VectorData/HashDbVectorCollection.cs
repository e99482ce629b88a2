using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using HashDb.Extensions.VectorData.Internal;
using Microsoft.Extensions.VectorData;

namespace HashDb.Extensions.VectorData;

/// <summary>A collection of HashDb as a vector collection. Got from <see cref="HashDbVectorStore"/>.</summary>
/// <typeparam name="TKey">long, ulong, int, string or Guid.</typeparam>
/// <typeparam name="TRecord">A class with properties that are marked or defined as key, data and vector.</typeparam>
[RequiresDynamicCode("Records are read and written by reflection.")]
[RequiresUnreferencedCode("Records are read and written by reflection.")]
[SuppressMessage("Naming", "CA1711", Justification = "The contract's own word.")]
public sealed class HashDbVectorCollection<TKey, TRecord> : VectorStoreCollection<TKey, TRecord>
    where TKey : notnull
    where TRecord : class
{
    private readonly HashDbConnection _connection;
    private readonly RecordModel _model;
    private HashDbCollection? _collection;

    internal HashDbVectorCollection(HashDbConnection connection, string name, RecordModel model)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        _connection = connection;
        _model = model;
        Name = name;
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override Task<bool> CollectionExistsAsync(CancellationToken cancellationToken = default) =>
        Collections.ExistsAsync(_connection, Name, cancellationToken);

    /// <inheritdoc/>
    /// <remarks>Data that is marked as indexed gets a field index, also where the collection was made without.</remarks>
    public override Task EnsureCollectionExistsAsync(CancellationToken cancellationToken = default) =>
        Errors.WrapAsync("EnsureCollectionExists", Name, async () =>
        {
            HashDbCollection collection = await _connection.GetOrCreateCollectionAsync(
                Name,
                new CollectionOptions(_model.Vector.Dimensions, _model.Vector.Metric) { Keys = _model.KeyKind },
                cancellationToken).ConfigureAwait(false);
            IEnumerable<string> missing = _model.IndexedFields.Count == 0
                ? []
                : _model.IndexedFields.Except(
                    (await collection.ListIndexesAsync(cancellationToken).ConfigureAwait(false)).Select(index => index.Field));
            foreach (string field in missing)
                await collection.CreateIndexAsync(field, cancellationToken).ConfigureAwait(false);
            _collection = collection;
        });

    /// <inheritdoc/>
    public override async Task EnsureCollectionDeletedAsync(CancellationToken cancellationToken = default)
    {
        _collection = null;
        await Collections.EnsureDeletedAsync(_connection, Name, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async Task<TRecord?> GetAsync(
        TKey key, RecordRetrievalOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        bool includeVectors = IncludesVectors(options?.IncludeVectors);
        VectorRecord? found = await CallAsync(
            "Get", collection => collection.GetAsync(RecordMapper.KeyOf(key), cancellationToken), cancellationToken).ConfigureAwait(false);
        return found is null ? null : RecordMapper.FromStored<TRecord>(_model, found, includeVectors);
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<TRecord> GetAsync(
        IEnumerable<TKey> keys,
        RecordRetrievalOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        bool includeVectors = IncludesVectors(options?.IncludeVectors);
        foreach (TKey[] part in keys.Chunk(StorageLimits.MaxIncludedRecords))
        {
            IReadOnlyList<VectorRecord?> found = await CallAsync(
                "Get",
                collection => collection.GetAsync([.. part.Select(key => RecordMapper.KeyOf(key).Id)], cancellationToken),
                cancellationToken).ConfigureAwait(false);
            foreach (VectorRecord record in found.OfType<VectorRecord>())
                yield return RecordMapper.FromStored<TRecord>(_model, record, includeVectors);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">It is ordered by more than one property.</exception>
    public override async IAsyncEnumerable<TRecord> GetAsync(
        Expression<Func<TRecord, bool>> filter,
        int top,
        FilteredRecordRetrievalOptions<TRecord>? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        options ??= new FilteredRecordRetrievalOptions<TRecord>();
        bool includeVectors = IncludesVectors(options.IncludeVectors);
        (string? orderBy, bool isDescending) = OrderOf(options);
        Filter condition = FilterNames.Translate(_model, filter);
        VectorId? after = null;
        for (int given = 0; given < top;)
        {
            int limit = Math.Min(top - given, StorageLimits.MaxIncludedRecords);
            IReadOnlyList<VectorRecord> page = await CallAsync(
                "Get",
                collection => collection.ListAsync(
                    new ListOptions
                    {
                        Filter = condition,
                        Limit = limit,
                        After = after,
                        Skip = after is null ? options.Skip + given : 0,
                        OrderBy = orderBy,
                        IsDescending = isDescending,
                        Include = RecordParts.Fields | (includeVectors ? RecordParts.Vector : RecordParts.None),
                    },
                    cancellationToken),
                cancellationToken).ConfigureAwait(false);
            foreach (VectorRecord record in page)
                yield return RecordMapper.FromStored<TRecord>(_model, record, includeVectors);
            if (page.Count < limit)
                yield break;
            given += page.Count;

            // Further pages in another order are found by counting, which has its limit.
            if (orderBy is null && !isDescending)
                after = page[^1].Id;
        }
    }

    /// <inheritdoc/>
    public override Task DeleteAsync(TKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        return CallAsync("Delete", collection => collection.DeleteAsync(RecordMapper.KeyOf(key), cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task DeleteAsync(IEnumerable<TKey> keys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        foreach (TKey[] part in keys.Chunk(StorageLimits.MaxBatchRecords))
        {
            await CallAsync(
                "Delete",
                collection => collection.DeleteAsync(
                    [.. part.Select(key => RecordMapper.KeyOf(key).Id)], cancellationToken: cancellationToken),
                cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override Task UpsertAsync(TRecord record, CancellationToken cancellationToken = default) =>
        UpsertAsync([record], cancellationToken);

    /// <inheritdoc/>
    /// <remarks>Of records with one key the last is kept.</remarks>
    public override async Task UpsertAsync(IEnumerable<TRecord> records, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(records);
        foreach (TRecord[] part in records.Chunk(StorageLimits.MaxIncludedRecords))
        {
            if (Array.Exists(part, record => record is null))
                throw new ArgumentNullException(nameof(records), "A record is null.");
            IReadOnlyList<ReadOnlyMemory<float>> vectors = await _model.Vector
                .VectorsOfAsync([.. part.Select(_model.Vector.Property.Get)], cancellationToken).ConfigureAwait(false);
            VectorRecord[] stored = [.. part.Select((record, i) => RecordMapper.ToStored(_model, record, vectors[i]))];
            await CallAsync(
                "Upsert", collection => collection.UpsertAsync(stored, cancellationToken: cancellationToken), cancellationToken)
                .ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<VectorSearchResult<TRecord>> SearchAsync<TInput>(
        TInput searchValue,
        int top,
        VectorSearchOptions<TRecord>? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(searchValue);
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        options ??= new VectorSearchOptions<TRecord>();
        bool includeVectors = IncludesVectors(options.IncludeVectors);
        ReadOnlyMemory<float> query = await _model.Vector.VectorOfAsync(searchValue, cancellationToken).ConfigureAwait(false);
        var search = new SearchOptions
        {
            Top = top,
            Skip = options.Skip,
            Filter = options.Filter is null ? null : FilterNames.Translate(_model, options.Filter),
            MaxDistance = options.ScoreThreshold is { } threshold ? _model.Vector.DistanceOf(threshold) : null,
            Include = RecordParts.Fields | (includeVectors ? RecordParts.Vector : RecordParts.None),
        };
        SearchResult result = await CallAsync(
            "Search", collection => collection.SearchAsync(query, search, cancellationToken), cancellationToken).ConfigureAwait(false);
        foreach (SearchHit hit in result.Hits)
        {
            yield return new VectorSearchResult<TRecord>(
                RecordMapper.FromStored<TRecord>(_model, hit.Record!, includeVectors), _model.Vector.ScoreOf(hit.Distance));
        }
    }

    /// <inheritdoc/>
    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(VectorStoreCollectionMetadata)
                ? new VectorStoreCollectionMetadata { VectorStoreSystemName = Errors.SystemName, CollectionName = Name }
            : serviceType == typeof(HashDbConnection) ? _connection
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    private bool IncludesVectors(bool? wanted)
    {
        if (wanted == true && _model.Vector.IsGenerated)
            throw new NotSupportedException(
                $"The vector of {_model.Vector.Property.Name} is made by an embedding generator and cannot be given back in its place.");
        return wanted == true;
    }

    private (string? OrderBy, bool IsDescending) OrderOf(FilteredRecordRetrievalOptions<TRecord> options)
    {
        if (options.OrderBy is null)
            return (null, false);
        var order = options.OrderBy(new FilteredRecordRetrievalOptions<TRecord>.OrderByDefinition()).Values;
        if (order.Count == 0)
            return (null, false);
        if (order.Count > 1)
            throw new NotSupportedException($"A listing is ordered by one property; {order.Count} were given.");
        Expression body = order[0].PropertySelector.Body is UnaryExpression cast ? cast.Operand : order[0].PropertySelector.Body;
        string name = body switch
        {
            MemberExpression member => member.Member.Name,
            MethodCallExpression { Arguments: [ConstantExpression { Value: string entry }] } => entry,
            _ => throw new NotSupportedException($"A listing cannot be ordered by '{body}'; give a property."),
        };
        string field = _model.FieldOf(name);
        if (field == "$key")
            return _model.KeyKind == KeyKind.Number
                ? (null, !order[0].Ascending)
                : throw new NotSupportedException("A listing cannot be ordered by keys that are texts or UUIDs.");
        return (field, !order[0].Ascending);
    }

    private Task<T> CallAsync<T>(string operation, Func<HashDbCollection, Task<T>> call, CancellationToken cancellationToken) =>
        Errors.WrapAsync(operation, Name, async () =>
        {
            HashDbCollection collection =
                _collection ??= await _connection.GetCollectionAsync(Name, cancellationToken).ConfigureAwait(false);
            try
            {
                return await call(collection).ConfigureAwait(false);
            }
            catch (HashDbException exception) when (exception.Code is HashDbErrorCode.Closed or HashDbErrorCode.CollectionNotFound)
            {
                // It was dropped, and may have been made again under its name.
                _collection = null;
                collection = await _connection.GetCollectionAsync(Name, cancellationToken).ConfigureAwait(false);
                T result = await call(collection).ConfigureAwait(false);
                _collection = collection;
                return result;
            }
        });
}
