using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.VectorData;

namespace HashDb.Extensions.VectorData;

/// <summary>Registers HashDb as a vector store.</summary>
public static class HashDbVectorStoreServiceCollectionExtensions
{
    /// <summary>
    /// Registers a <see cref="HashDbVectorStore"/>, also as <see cref="VectorStore"/>, over the <see cref="HashDbConnection"/> that is
    /// registered (<c>AddHashDb</c>), with the embedding generator that is registered, if there is one.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="options">Options; the defaults when null.</param>
    public static IServiceCollection AddHashDbVectorStore(this IServiceCollection services, HashDbVectorStoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddSingleton(provider => new HashDbVectorStore(
            provider.GetRequiredService<HashDbConnection>(),
            (options ?? new HashDbVectorStoreOptions()) with
            {
                EmbeddingGenerator = options?.EmbeddingGenerator
                    ?? provider.GetService<IEmbeddingGenerator>()
                    ?? provider.GetService<IEmbeddingGenerator<string, Embedding<float>>>(),
            }));
        services.AddSingleton<VectorStore>(provider => provider.GetRequiredService<HashDbVectorStore>());
        return services;
    }
}
