using System.Globalization;
using System.Runtime.InteropServices;

namespace HashDb.Peers;

/// <summary>What every peer is given.</summary>
/// <param name="BasePath">Rows to store, row-major float32.</param>
/// <param name="Queries">Row-major, <c>QueryCount * Dimensions</c>.</param>
/// <param name="Cosine">Whether the metric is cosine; Euclidean otherwise.</param>
/// <param name="IndexPath">Where an index is kept between runs.</param>
internal sealed record PeerData(string BasePath, float[] Queries, int Dimensions, bool Cosine, int Top, string IndexPath)
{
    private const int BatchRows = 1_000;

    public int QueryCount => Queries.Length / Dimensions;

    public static PeerData Open(string[] arguments)
    {
        byte[] bytes = File.ReadAllBytes(arguments[1]);
        return new PeerData(
            arguments[0],
            MemoryMarshal.Cast<byte, float>(bytes).ToArray(),
            int.Parse(arguments[2], CultureInfo.InvariantCulture),
            arguments[3] == "cosine",
            int.Parse(arguments[4], CultureInfo.InvariantCulture),
            arguments[5]);
    }

    /// <summary>The rows in blocks, each in an array of its own.</summary>
    public IEnumerable<float[]> ReadBlocks()
    {
        using FileStream file = File.OpenRead(BasePath);
        for (long left = file.Length; left > 0;)
        {
            float[] block = new float[Math.Min(left / sizeof(float), (long)BatchRows * Dimensions)];
            file.ReadExactly(MemoryMarshal.AsBytes(block.AsSpan()));
            left -= block.Length * sizeof(float);
            yield return block;
        }
    }
}
