using HashDb.Models.Data;
using Microsoft.Extensions.AI;

namespace SemanticSearch;

/// <summary>Writes the vectors of the corpus to a file, to measure with <c>hashdb evaluate recall --metric cosine --features</c>.</summary>
internal static class Export
{
    private const int RowsAtOnce = 1_024;

    private const int Seed = 1;

    public static async Task RunAsync(string path, CorpusOptions corpus, IEmbeddingGenerator<string, Embedding<float>> embeddings)
    {
        string[] texts = [.. Corpus.Read(corpus).Select(one => one.Value.Text)];
        // The last rows are the queries of a measurement; neighbours by name should be on both sides.
        new Random(Seed).Shuffle(texts);
        using NpyWriter file = NpyWriter.CreateMatrix(path, NpyElementType.Float32, texts.Length, MiniLmGenerator.Dimensions);
        int written = 0;
        foreach (string[] part in texts.Chunk(RowsAtOnce))
        {
            foreach (Embedding<float> embedding in await embeddings.GenerateAsync(part))
                file.Write(embedding.Vector.Span);
            Console.WriteLine($"{written += part.Length} of {texts.Length} sentences");
        }
        file.Complete();
    }
}
