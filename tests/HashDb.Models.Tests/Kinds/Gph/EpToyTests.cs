using HashDb.Models.Encoding;
using HashDb.Models.Kinds.Gph;
using HashDb.Models.Numerics;

namespace HashDb.Models.Tests.Kinds.Gph;

/// <summary>
/// A worked example of six points and three inducing points. Its figures come from an independent implementation, whose posterior
/// mean was checked against importance sampling.
/// </summary>
public sealed class EpToyTests
{
    private const double Tolerance = 1e-6;

    private static readonly float[] Rows = [1, 0, 0.8f, 0.6f, 0, 1, -0.6f, 0.8f, -1, 0, 0, -1];
    private static readonly float[] Points = [1, 0, 0, 1, -1, 0];
    private static readonly sbyte[] Labels = [1, 1, -1, -1, -1, 1];

    private static readonly double[] Phi =
    [
        1.999999, 7.9e-07, 0, 1.63746069, 0.79392712, -0.1748579, 0.73575851, 1.85974606, 7.9e-07,
        0.40379283, 1.60120009, 0.79392715, 0.27067043, 0.68416234, 1.85974606, 0.73575851, 2.9e-07, 0.68416223,
    ];

    private static readonly double[] Residual = [4e-06, 0.65782694, 4e-06, 0.6427893, 4e-06, 2.99058145];
    private static readonly double[] FirstPrecision = [0.25947165, 0.22164061, 0.25947165, 0.2223818, 0.25947165, 0.14610136];
    private static readonly double[] FirstShift = [0.72716815, 0.62114683, -0.72716815, -0.62322401, -0.72716815, 0.40944843];
    private static readonly double[] SecondPrecision = [0.19273471, 0.27381484, 0.319855, 0.17481146, 0.24582524, 0.14992025];
    private static readonly double[] SecondShift = [0.57800976, 0.62746522, -0.75345798, -0.50494357, -0.68040779, 0.40414468];
    private static readonly double[] LastPrecision = [0.19944454, 0.27229358, 0.32260395, 0.18071593, 0.25147322, 0.15014509];
    private static readonly double[] LastShift = [0.58552963, 0.62870486, -0.75826379, -0.51148309, -0.69101771, 0.40447608];
    private static readonly double[] Mean = [0.91167208, -0.96933516, -0.57909519];
    private static readonly double[] Weights = [0.64758124, -0.40666698, -0.31138365];

    [Fact]
    public void Features_are_those_of_the_example()
    {
        GphFeatures features = Features();
        Near(Array.ConvertAll(features.Phi, value => (double)value), Phi);
        Near(features.Residual, Residual);
        features.Jitter.ShouldBe(1e-6);
    }

    [Fact]
    public void Sites_after_one_and_two_sweeps_and_at_the_end_are_those_of_the_example()
    {
        GphFeatures features = Features();
        var bit = new EpBit(features, ManagedAlgebra.Instance);
        var scratch = new EpScratch(features.Count, features.Width);
        bit.Sweep(Labels, scratch, []);
        Near(bit.Precision, FirstPrecision);
        Near(bit.Shift, FirstShift);
        bit.Sweep(Labels, scratch, []);
        Near(bit.Precision, SecondPrecision);
        Near(bit.Shift, SecondShift);
        for (int sweep = 2; sweep < 14; sweep++)
            bit.Sweep(Labels, scratch, []);
        Near(bit.Precision, LastPrecision);
        Near(bit.Shift, LastShift);

        double[] mean = new double[3], weights = new double[3];
        bit.PosteriorMean(scratch, mean);
        Near(mean, Mean);
        Cholesky.MultiplyTransposed(features.InverseFactor, mean, weights);
        Near(weights, Weights);
    }

    [Fact]
    public void Flipped_label_turns_its_site_around_and_nothing_else()
    {
        GphFeatures features = Features();
        var bit = new EpBit(features, ManagedAlgebra.Instance);
        bit.Sweep(Labels, new EpScratch(features.Count, features.Width), []);
        bit.Flip(1);
        bit.Shift[1].ShouldBe(-FirstShift[1], Tolerance);
        bit.Shift[0].ShouldBe(FirstShift[0], Tolerance);
        Near(bit.Precision, FirstPrecision);
    }

    // The features are float32 and lengths near 2, so a rounding of 1e-7 in a row shows as 2e-7 and more in what follows.
    private static GphFeatures Features() => GphFeatures.Compute(
        Rows, 6, Points, 3, 2, new RbfKernel(1, 4), fitc: true, ManagedAlgebra.Instance, new ParallelOptions());

    private static void Near(ReadOnlySpan<double> actual, double[] expected)
    {
        actual.Length.ShouldBe(expected.Length);
        for (int i = 0; i < expected.Length; i++)
            actual[i].ShouldBe(expected[i], Tolerance, $"element {i}");
    }
}
