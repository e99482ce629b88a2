using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;

namespace HashDb.Extensions.VectorData.Internal;

/// <summary>The vector of a record, how near two of them are, and how one is made of what is none.</summary>
internal sealed class VectorPart
{
    private readonly string _distance;
    private readonly IEmbeddingGenerator? _generator;

    private VectorPart(ModelProperty property, int dimensions, string distance, IEmbeddingGenerator? generator)
    {
        Property = property;
        Dimensions = dimensions;
        _distance = distance;
        _generator = generator;
        Metric = distance switch
        {
            DistanceFunction.CosineSimilarity or DistanceFunction.CosineDistance => DistanceMetric.Cosine,
            DistanceFunction.EuclideanDistance or DistanceFunction.EuclideanSquaredDistance => DistanceMetric.Euclidean,
            DistanceFunction.DotProductSimilarity or DistanceFunction.NegativeDotProductSimilarity => DistanceMetric.Dot,
            _ => throw new NotSupportedException(
                $"The distance function {distance} of {property.Name} is none of HashDb's: cosine, Euclidean and dot product."),
        };
    }

    public ModelProperty Property { get; }

    public int Dimensions { get; }

    public DistanceMetric Metric { get; }

    /// <summary>True when the property holds what a vector is made of, which is not kept.</summary>
    public bool IsGenerated => !IsVector(Property.Type);

    public static VectorPart Of(VectorStoreVectorProperty definition, ModelProperty property, IEmbeddingGenerator? generator)
    {
        var part = new VectorPart(
            property,
            definition.Dimensions,
            definition.DistanceFunction ?? DistanceFunction.CosineSimilarity,
            definition.EmbeddingGenerator ?? generator);
        if (part.IsGenerated && part._generator is null && property.Type != typeof(object))
            throw new InvalidOperationException(
                $"The vector property {property.Name} is of the type {property.Type.Name}. Give it ReadOnlyMemory<float>, float[] or "
                + "Embedding<float>, or the store an embedding generator.");
        return part;
    }

    /// <summary>A score as the distance function has it.</summary>
    public double ScoreOf(float distance) => _distance switch
    {
        DistanceFunction.CosineSimilarity => 1.0 - distance,
        DistanceFunction.DotProductSimilarity => -distance,
        DistanceFunction.EuclideanSquaredDistance => (double)distance * distance,
        _ => distance,
    };

    /// <summary>The largest distance whose score passes a threshold: at least that similar, or at most that far.</summary>
    public float DistanceOf(double score) => (float)(_distance switch
    {
        DistanceFunction.CosineSimilarity => 1.0 - score,
        DistanceFunction.DotProductSimilarity => -score,
        DistanceFunction.EuclideanSquaredDistance => Math.Sqrt(Math.Max(0, score)),
        _ => score,
    });

    /// <summary>The vector of a value: itself, or what the generator makes of it.</summary>
    /// <exception cref="NotSupportedException">It is no vector, and there is no generator for it; says of which type it is.</exception>
    public async Task<ReadOnlyMemory<float>> VectorOfAsync(object? value, CancellationToken cancellationToken) =>
        (await VectorsOfAsync([value], cancellationToken).ConfigureAwait(false))[0];

    public async Task<IReadOnlyList<ReadOnlyMemory<float>>> VectorsOfAsync(
        IReadOnlyList<object?> values, CancellationToken cancellationToken)
    {
        if (values.All(value => value is ReadOnlyMemory<float> or float[] or Embedding<float>))
            return [.. values.Select(Vector)];
        if (_generator is IEmbeddingGenerator<string, Embedding<float>> texts && values.All(value => value is string))
        {
            GeneratedEmbeddings<Embedding<float>> made =
                await texts.GenerateAsync(values.Cast<string>(), cancellationToken: cancellationToken).ConfigureAwait(false);
            return [.. made.Select(embedding => embedding.Vector)];
        }
        object? wrong = values.FirstOrDefault(value => value is not (ReadOnlyMemory<float> or float[] or Embedding<float>));
        throw wrong is null
            ? new ArgumentException($"The vector property {Property.Name} is null.")
            : new NotSupportedException(
                $"A {wrong.GetType().Name} is no vector, and no embedding generator makes one of it. Vectors are ReadOnlyMemory<float>, "
                + "float[] and Embedding<float>.");
    }

    /// <summary>A stored vector in the type of the property.</summary>
    public object ToProperty(ReadOnlyMemory<float> vector)
    {
        Type type = Nullable.GetUnderlyingType(Property.Type) ?? Property.Type;
        return type == typeof(float[]) ? vector.ToArray()
            : type == typeof(Embedding<float>) ? new Embedding<float>(vector)
            : vector;
    }

    private static bool IsVector(Type type)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain == typeof(ReadOnlyMemory<float>) || plain == typeof(float[]) || plain == typeof(Embedding<float>);
    }

    private static ReadOnlyMemory<float> Vector(object? value) => value switch
    {
        ReadOnlyMemory<float> memory => memory,
        float[] array => array,
        _ => ((Embedding<float>)value!).Vector,
    };
}
