using Microsoft.Extensions.AI;

namespace HashDb.Extensions.VectorData;

/// <summary>Options of a <see cref="HashDbVectorStore"/>.</summary>
public sealed record HashDbVectorStoreOptions
{
    /// <summary>Makes vectors of what is no vector, where neither a property nor a definition has a generator of its own.</summary>
    public IEmbeddingGenerator? EmbeddingGenerator { get; init; }

    /// <summary>Close the connection with the store.</summary>
    public bool OwnsConnection { get; init; }
}
