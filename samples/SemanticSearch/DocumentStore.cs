using HashDb;
using Microsoft.Extensions.AI;

namespace SemanticSearch;

/// <summary>Documents in a collection of HashDb: stored under a key with the vector of their text, and found by meaning.</summary>
internal sealed class DocumentStore(HashDbConnection database, IEmbeddingGenerator<string, Embedding<float>> embeddings)
{
    private static readonly CollectionOptions Options = new(MiniLmGenerator.Dimensions) { Keys = KeyKind.String };

    /// <summary>Stores documents, in place of those that have their keys; they are on disk when this completes.</summary>
    public async Task StoreAsync(IReadOnlyList<KeyValuePair<string, Document>> documents, CancellationToken cancellationToken)
    {
        GeneratedEmbeddings<Embedding<float>> vectors =
            await embeddings.GenerateAsync(documents.Select(one => one.Value.Text), cancellationToken: cancellationToken);
        HashDbCollection collection = await CollectionAsync(cancellationToken);
        await collection.UpsertAsync(
            [.. documents.Zip(vectors, (one, vector) => new VectorRecord
            {
                Key = one.Key,
                Vector = vector.Vector,
                Fields = new RecordFields
                {
                    ["title"] = one.Value.Title,
                    ["url"] = one.Value.Url,
                    ["text"] = one.Value.Text,
                    ["tags"] = one.Value.Tags,
                    ["date"] = one.Value.Date,
                },
            })],
            cancellationToken: cancellationToken);
    }

    /// <summary>The documents that mean most nearly the same as a query, of those that match the filter.</summary>
    /// <exception cref="ArgumentException">The filter cannot be read, or <paramref name="top"/> is outside its range.</exception>
    public async Task<IReadOnlyList<FoundDocument>> SearchAsync(
        string query, string? filter, int top, CancellationToken cancellationToken)
    {
        var options = new SearchOptions
        {
            Top = top,
            Filter = filter is null ? null : Filter.Parse(filter),
            Include = RecordParts.Fields,
        };
        ReadOnlyMemory<float> vector = await embeddings.GenerateVectorAsync(query, cancellationToken: cancellationToken);
        HashDbCollection collection = await CollectionAsync(cancellationToken);
        SearchResult result = await collection.SearchAsync(vector, options, cancellationToken);
        return [.. result.Hits.Select(hit => new FoundDocument(hit.Key.ToString(), hit.Distance, DocumentOf(hit.Record!.Fields)))];
    }

    /// <summary>Those of some keys that no document has.</summary>
    public async Task<IReadOnlySet<string>> MissingAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        HashDbCollection collection = await CollectionAsync(cancellationToken);
        IReadOnlyList<VectorRecord?> stored = await collection.GetAsync([.. keys.Select(key => new RecordKey(key).Id)], cancellationToken);
        return keys.Where((_, i) => stored[i] is null).ToHashSet();
    }

    private Task<HashDbCollection> CollectionAsync(CancellationToken cancellationToken) =>
        database.GetOrCreateCollectionAsync("documents", Options, cancellationToken);

    private static Document DocumentOf(RecordFields fields) => new(
        fields.GetString("title"),
        fields.GetString("url"),
        fields.GetString("text"),
        fields.GetStrings("tags"),
        fields.GetDateTimeOffset("date"));
}
