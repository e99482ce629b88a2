// Draws the hyperplanes. Table t uses stream t of the seed, so adding tables leaves the first ones as they were.
using HashDb.Models.Data;
using HashDb.Models.Numerics;
using HashDb.Models.Training;

namespace HashDb.Models.Kinds.Lsh;

/// <summary>Makes <see cref="LshModel"/>s.</summary>
public static class LshTrainer
{
    internal static readonly SettingTable<LshOptions> Settings = new SettingTable<LshOptions>(new LshOptions())
        .Integer(
            "tables", o => o.TableCount, (o, v) => o with { TableCount = v }, 1, ModelLimits.MaxTableCount, "Independent hash tables.")
        .Choice("preprocessing", o => o.Preprocessing, (o, v) => o with { Preprocessing = v }, "What is done to raw vectors first.")
        .Boolean(
            "orthogonalize", o => o.Orthogonalize, (o, v) => o with { Orthogonalize = v },
            "Make the hyperplanes of a table orthogonal, in blocks of as many as there are dimensions.");

    /// <summary>Draws hyperplanes and fits the mean to training rows.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="vectors">Row-major, <c>count * dimensions</c>, float32, raw.</param>
    /// <param name="count">Number of rows; may be 0 when the preprocessing subtracts no mean.</param>
    /// <param name="dimensions">Length of a row.</param>
    /// <exception cref="ArgumentException">A setting or size is out of its limit, or a row is not finite or has no direction.</exception>
    public static LshModel Train(LshOptions options, ReadOnlySpan<float> vectors, int count, int dimensions)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        ModelLimits.CheckShape(dimensions, options.BitCount, options.TableCount);
        Preprocessing preprocessing = Preprocessing.Fit(options.Preprocessing, vectors, count, dimensions);

        int tableFloats = options.BitCount * dimensions;
        float[] weights = new float[options.TableCount * tableFloats];
        for (int table = 0; table < options.TableCount; table++)
        {
            SeededRandom random = SeededRandom.ForStream(options.Seed, (ulong)table);
            Span<float> ofTable = weights.AsSpan(table * tableFloats, tableFloats);
            if (options.Orthogonalize)
                FillOrthogonal(random, ofTable, dimensions);
            else
                FillUnit(random, ofTable, dimensions);
        }

        ModelProvenance provenance = new()
        {
            Kind = LshModel.KindName,
            Options = options.ToMap(),
            Seed = options.Seed,
            TrainingRows = count,
            DataFingerprint = count == 0 ? "" : DataFingerprint.Compute(vectors, count, dimensions),
        };
        return new LshModel(dimensions, options.BitCount, options.TableCount, weights, preprocessing, provenance);
    }

    /// <inheritdoc cref="Train(LshOptions, ReadOnlySpan{float}, int, int)"/>
    public static LshModel Train(LshOptions options, FeatureMatrix vectors)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        return Train(options, vectors.Values.Span, vectors.Count, vectors.Dimensions);
    }

    /// <summary>Draws hyperplanes for vectors that are not known yet; the preprocessing must not subtract a mean.</summary>
    /// <param name="options">Settings, with <see cref="LshOptions.Preprocessing"/> None or Unit.</param>
    /// <param name="dimensions">Length of a vector.</param>
    /// <exception cref="ArgumentException">A setting is out of its limit, or the preprocessing needs training rows.</exception>
    public static LshModel Train(LshOptions options, int dimensions) => Train(options, [], 0, dimensions);

    private static void FillUnit(SeededRandom random, Span<float> weights, int dimensions)
    {
        double[] plane = new double[dimensions];
        for (int start = 0; start < weights.Length; start += dimensions)
        {
            Draw(random, plane);
            Round(plane, weights.Slice(start, dimensions));
        }
    }

    // Modified Gram-Schmidt in float64, block by block. A plane that is nearly inside the span of the others is drawn again.
    private static void FillOrthogonal(SeededRandom random, Span<float> weights, int dimensions)
    {
        List<double[]> block = [];
        for (int start = 0; start < weights.Length; start += dimensions)
        {
            if (block.Count == dimensions)
                block.Clear();
            double[] plane = new double[dimensions];
            do
            {
                Draw(random, plane);
            }
            while (!Orthogonalize(plane, block));
            block.Add(plane);
            Round(plane, weights.Slice(start, dimensions));
        }
    }

    private static bool Orthogonalize(double[] plane, List<double[]> block)
    {
        const double SmallestRest = 1e-6;
        foreach (double[] other in block)
        {
            double along = 0;
            for (int j = 0; j < plane.Length; j++)
                along += plane[j] * other[j];
            for (int j = 0; j < plane.Length; j++)
                plane[j] -= along * other[j];
        }

        return Normalize(plane) > SmallestRest;
    }

    private static void Draw(SeededRandom random, double[] plane)
    {
        do
        {
            for (int j = 0; j < plane.Length; j++)
                plane[j] = random.NextNormal();
        }
        while (Normalize(plane) == 0);
    }

    private static double Normalize(double[] plane)
    {
        double squares = 0;
        foreach (double value in plane)
            squares += value * value;
        double length = Math.Sqrt(squares);
        if (length > 0)
        {
            for (int j = 0; j < plane.Length; j++)
                plane[j] /= length;
        }

        return length;
    }

    private static void Round(double[] plane, Span<float> destination)
    {
        for (int j = 0; j < plane.Length; j++)
            destination[j] = (float)plane[j];
    }
}
