using Microsoft.Extensions.AI;

namespace HashDb.Extensions.VectorData.Tests;

/// <summary>Counts letters: the vector of a text says how many of a, b, c and d it has.</summary>
internal sealed class LetterGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(values.Select(
            text => new Embedding<float>("abcd".Select(letter => (float)text.Count(c => c == letter)).ToArray()))));

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }
}
