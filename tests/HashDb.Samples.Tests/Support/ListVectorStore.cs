// Another store of Microsoft.Extensions.VectorData, as plain as can be: records in a list, compared one by one. It is what HashDb is
// compared with, since no other store's package is used here.
using System.Linq.Expressions;
using System.Numerics.Tensors;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.VectorData;

namespace HashDb.Samples.Tests.Support;

internal sealed class ListVectorStore(WordGenerator generator) : VectorStore
{
    private readonly Dictionary<string, object> _collections = [];

    public override VectorStoreCollection<TKey, TRecord> GetCollection<TKey, TRecord>(
        string name, VectorStoreCollectionDefinition? definition = null)
    {
        if (!_collections.TryGetValue(name, out object? collection))
            _collections.Add(name, collection = new ListCollection<TKey, TRecord>(name, generator));
        return (VectorStoreCollection<TKey, TRecord>)collection;
    }

    public override VectorStoreCollection<object, Dictionary<string, object?>> GetDynamicCollection(
        string name, VectorStoreCollectionDefinition definition) => throw new NotSupportedException();

    public override IAsyncEnumerable<string> ListCollectionNamesAsync(CancellationToken cancellationToken = default) =>
        _collections.Keys.ToAsyncEnumerable();

    public override Task<bool> CollectionExistsAsync(string name, CancellationToken cancellationToken = default) =>
        Task.FromResult(_collections.ContainsKey(name));

    public override Task EnsureCollectionDeletedAsync(string name, CancellationToken cancellationToken = default) =>
        Task.FromResult(_collections.Remove(name));

    public override object? GetService(Type serviceType, object? serviceKey = null) => null;

    private sealed class ListCollection<TKey, TRecord>(string name, WordGenerator generator) : VectorStoreCollection<TKey, TRecord>
        where TKey : notnull
        where TRecord : class
    {
        private static readonly PropertyInfo Key = PropertyOf<VectorStoreKeyAttribute>();
        private static readonly PropertyInfo Vector = PropertyOf<VectorStoreVectorAttribute>();

        private readonly Dictionary<TKey, TRecord> _records = [];

        public override string Name => name;

        public override Task<bool> CollectionExistsAsync(CancellationToken cancellationToken = default) => Task.FromResult(true);

        public override Task EnsureCollectionExistsAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        public override Task EnsureCollectionDeletedAsync(CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public override Task<TRecord?> GetAsync(
            TKey key, RecordRetrievalOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(_records.GetValueOrDefault(key));

        public override IAsyncEnumerable<TRecord> GetAsync(
            Expression<Func<TRecord, bool>> filter,
            int top,
            FilteredRecordRetrievalOptions<TRecord>? options = null,
            CancellationToken cancellationToken = default)
        {
            IEnumerable<TRecord> found = _records.Values.Where(filter.Compile());
            foreach (var order in options?.OrderBy?.Invoke(new()).Values ?? [])
                found = order.Ascending
                    ? found.OrderBy(order.PropertySelector.Compile())
                    : found.OrderByDescending(order.PropertySelector.Compile());
            return found.Skip(options?.Skip ?? 0).Take(top).ToAsyncEnumerable();
        }

        public override Task DeleteAsync(TKey key, CancellationToken cancellationToken = default) => Task.FromResult(_records.Remove(key));

        public override Task UpsertAsync(TRecord record, CancellationToken cancellationToken = default) =>
            Task.FromResult(_records[(TKey)Key.GetValue(record)!] = record);

        public override async Task UpsertAsync(IEnumerable<TRecord> records, CancellationToken cancellationToken = default)
        {
            foreach (TRecord record in records)
                await UpsertAsync(record, cancellationToken);
        }

        public override async IAsyncEnumerable<VectorSearchResult<TRecord>> SearchAsync<TInput>(
            TInput searchValue,
            int top,
            VectorSearchOptions<TRecord>? options = null,
            [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            float[] query = generator.VectorOf((string)(object)searchValue);
            Func<TRecord, bool> matches = options?.Filter?.Compile() ?? (_ => true);
            foreach ((TRecord record, float distance) in _records.Values
                .Where(matches)
                .Select(record => (record, 1 - TensorPrimitives.CosineSimilarity(
                    query, generator.VectorOf((string)Vector.GetValue(record)!))))
                .OrderBy(one => one.Item2)
                .Take(top))
                yield return new VectorSearchResult<TRecord>(record, distance);
        }

        public override object? GetService(Type serviceType, object? serviceKey = null) => null;

        private static PropertyInfo PropertyOf<T>()
            where T : Attribute => typeof(TRecord).GetProperties().Single(property => property.GetCustomAttribute<T>() is not null);
    }
}
