using Microsoft.Extensions.VectorData;

namespace VectorData;

/// <summary>A record as Microsoft.Extensions.VectorData describes one: the store makes the vector of the text.</summary>
internal sealed class Article
{
    [VectorStoreKey]
    public string Key { get; set; } = "";

    [VectorStoreData]
    public string Title { get; set; } = "";

    [VectorStoreData]
    public int Year { get; set; }

    [VectorStoreData]
    public string[] Tags { get; set; } = [];

    [VectorStoreVector(384, DistanceFunction = DistanceFunction.CosineDistance)]
    public string? Text { get; set; }
}
