using System.Text;
using Microsoft.Extensions.AI;

namespace HashDb.Samples.Tests.Support;

/// <summary>A text as the sum of a direction for each of its words: texts with words in common are near one another.</summary>
internal sealed class WordGenerator(int dimensions) : IEmbeddingGenerator<string, Embedding<float>>
{
    private static readonly char[] Separators = [' ', ',', '.', ':', ';'];

    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(values.Select(text => new Embedding<float>(VectorOf(text)))));

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }

    public float[] VectorOf(string text)
    {
        float[] vector = new float[dimensions];
        foreach (string word in text.ToLowerInvariant().Split(Separators, StringSplitOptions.RemoveEmptyEntries))
        {
            var random = new Random(Encoding.UTF8.GetBytes(word).Aggregate(17, (sum, one) => unchecked((sum * 31) + one)));
            for (int i = 0; i < dimensions; i++)
                vector[i] += random.NextSingle() - .5f;
        }
        return vector;
    }
}
