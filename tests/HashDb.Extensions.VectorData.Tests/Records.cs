using Microsoft.Extensions.VectorData;

namespace HashDb.Extensions.VectorData.Tests;

public sealed record Document
{
    [VectorStoreKey]
    public string? Key { get; set; }

    [VectorStoreData(StorageName = "title")]
    public string? Title { get; set; }

    [VectorStoreData]
    public int Year { get; set; }

    [VectorStoreData]
    public List<string>? Tags { get; set; }

    [VectorStoreVector(4)]
    public ReadOnlyMemory<float> Vector { get; set; }
}

public sealed class Indexed
{
    [VectorStoreKey]
    public string? Key { get; set; }

    [VectorStoreData(StorageName = "title", IsIndexed = true)]
    public string? Title { get; set; }

    [VectorStoreData]
    public int Year { get; set; }

    [VectorStoreVector(4)]
    public ReadOnlyMemory<float> Vector { get; set; }
}

public class Keyed<TKey>
{
    [VectorStoreKey]
    public TKey? Key { get; set; }

    [VectorStoreVector(4, DistanceFunction = DistanceFunction.EuclideanDistance)]
    public ReadOnlyMemory<float> Vector { get; set; }
}

public sealed class Everything
{
    [VectorStoreKey]
    public Guid Key { get; set; }

    [VectorStoreData]
    public bool Flag { get; set; }

    [VectorStoreData]
    public short Small { get; set; }

    [VectorStoreData]
    public int Number { get; set; }

    [VectorStoreData]
    public long Large { get; set; }

    [VectorStoreData]
    public float Single { get; set; }

    [VectorStoreData]
    public double Double { get; set; }

    [VectorStoreData]
    public string? Text { get; set; }

    [VectorStoreData]
    public DateTimeOffset At { get; set; }

    [VectorStoreData]
    public DateTime Time { get; set; }

    [VectorStoreData]
    public Guid Other { get; set; }

    [VectorStoreData]
    public byte[]? Bytes { get; set; }

    [VectorStoreData]
    public string[]? Tags { get; set; }

    [VectorStoreData]
    public List<int>? Numbers { get; set; }

    [VectorStoreData]
    public double? Maybe { get; set; }

    [VectorStoreVector(4)]
    public ReadOnlyMemory<float> Vector { get; set; }
}

public sealed class Note
{
    [VectorStoreKey]
    public string? Key { get; set; }

    [VectorStoreVector(4)]
    public string? Text { get; set; }
}

public sealed class TwoVectors
{
    [VectorStoreKey]
    public string? Key { get; set; }

    [VectorStoreVector(4)]
    public float[]? One { get; set; }

    [VectorStoreVector(4)]
    public float[]? Two { get; set; }
}

public sealed class NoVector
{
    [VectorStoreKey]
    public string? Key { get; set; }
}

public sealed class WrongData
{
    [VectorStoreKey]
    public string? Key { get; set; }

    [VectorStoreData]
    public decimal Price { get; set; }

    [VectorStoreVector(4)]
    public float[]? Vector { get; set; }
}

public sealed class Manhattan
{
    [VectorStoreKey]
    public string? Key { get; set; }

    [VectorStoreVector(4, DistanceFunction = DistanceFunction.ManhattanDistance)]
    public float[]? Vector { get; set; }
}
