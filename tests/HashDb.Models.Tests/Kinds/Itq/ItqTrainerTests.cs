using HashDb.Models.Data;
using HashDb.Models.Files;
using HashDb.Models.Kinds.Itq;
using HashDb.Models.Numerics;
using HashDb.Models.Tests.Training;
using MathNet.Numerics.LinearAlgebra;

namespace HashDb.Models.Tests.Kinds.Itq;

public sealed class ItqTrainerTests
{
    [Fact]
    public void Training_gives_the_same_bytes_whatever_the_threads()
    {
        (FeatureMatrix vectors, LabelSet labels) = Blobs.Classes(5_000);
        byte[][] unsupervised =
        [
            .. ((int[])[1, 5]).Select(
                threads => HashModelFile.ToBytes(ItqTrainer.Train(new ItqOptions { MaxDegreeOfParallelism = threads }, vectors)))
        ];
        unsupervised[1].ShouldBe(unsupervised[0]);
        byte[][] supervised =
        [
            .. ((int[])[1, 5]).Select(threads => HashModelFile.ToBytes(
                CcaItqTrainer.Train(new CcaItqOptions { MaxDegreeOfParallelism = threads }, vectors, labels)))
        ];
        supervised[1].ShouldBe(supervised[0]);
    }

    [Fact]
    public void Principal_directions_span_the_leading_eigenvectors()
    {
        const int Count = 4;
        (FeatureMatrix vectors, _) = Blobs.Classes(800);
        var parallel = new ParallelOptions();
        var rows = new RowStatistics(vectors.Values.ToArray(), 800, vectors.Dimensions, ManagedAlgebra.Instance, parallel);
        Directions found = Directions.Principal(rows, Count, new SeededRandom(1), parallel);

        Matrix<double> x = Matrix<double>.Build.Dense(800, vectors.Dimensions, (i, j) => vectors[i][j]);
        Matrix<double> centred = x - Matrix<double>.Build.Dense(800, vectors.Dimensions, (_, j) => found.Mean[j]);
        Matrix<double> covariance = centred.TransposeThisAndMultiply(centred) / 800;
        Vector<double> eigenvalues = covariance.Evd(Symmetricity.Symmetric).EigenValues.Real();
        Matrix<double> w = Matrix<double>.Build.DenseOfRowMajor(Count, vectors.Dimensions, found.Weights);
        Matrix<double> small = w * covariance * w.Transpose();
        for (int k = 0; k < Count; k++)
        {
            small[k, k].ShouldBe(eigenvalues[eigenvalues.Count - 1 - k], 1e-4 * eigenvalues[^1]);
            for (int other = 0; other < k; other++)
                small[k, other].ShouldBe(0, 1e-4 * eigenvalues[^1]);
        }
    }

    [Fact]
    public void Rotation_is_orthogonal_and_loses_less_than_none()
    {
        const int Count = 600, Bits = 6;
        float[] projections = TestData.Normal(Count, Bits, 2);
        for (int i = 0; i < projections.Length; i++)
            projections[i] *= (i % Bits) + 1;
        double[] rotation =
            CodeRotation.Find(projections, Count, Bits, 40, new SeededRandom(3), ManagedAlgebra.Instance, new ParallelOptions());
        for (int a = 0; a < Bits; a++)
        {
            for (int b = 0; b < Bits; b++)
                Enumerable.Range(0, Bits).Sum(i => rotation[(a * Bits) + i] * rotation[(b * Bits) + i]).ShouldBe(a == b ? 1 : 0, 1e-9);
        }

        double[] identity = new double[Bits * Bits];
        for (int i = 0; i < Bits; i++)
            identity[(i * Bits) + i] = 1;
        Loss(projections, rotation).ShouldBeLessThan(Loss(projections, identity));

        static double Loss(float[] projections, double[] rotation)
        {
            double loss = 0;
            for (int n = 0; n < Count; n++)
            {
                for (int k = 0; k < Bits; k++)
                {
                    double value = 0;
                    for (int i = 0; i < Bits; i++)
                        value += projections[(n * Bits) + i] * rotation[(i * Bits) + k];
                    loss += Math.Pow(Math.Sign(value) - value, 2);
                }
            }

            return loss;
        }
    }

    [Fact]
    public void Canonical_directions_tell_classes_apart_better_than_principal_ones()
    {
        (FeatureMatrix vectors, LabelSet labels) = Blobs.Classes(600);
        Separation(CcaItqTrainer.Train(new CcaItqOptions(), vectors, labels)).ShouldBeLessThan(Separation(
            ItqTrainer.Train(new ItqOptions(), vectors)));

        double Separation(IHashModel model)
        {
            Hashcode[] codes = Enumerable.Range(0, 300).Select(n => model.EncodeOne(vectors[n])).ToArray();
            double near = 0, far = 0;
            for (int a = 0; a < codes.Length; a++)
            {
                for (int b = 0; b < a; b++)
                {
                    if (labels[a][0] == labels[b][0])
                        near += codes[a].HammingDistance(codes[b]);
                    else
                        far += codes[a].HammingDistance(codes[b]);
                }
            }

            return near / far;
        }
    }

    [Fact]
    public void Bad_input_is_refused_before_work_starts_and_named()
    {
        (FeatureMatrix vectors, LabelSet labels) = Blobs.Classes(40);
        Should.Throw<ArgumentOutOfRangeException>(
            () => ItqTrainer.Train(new ItqOptions { BitCount = 25 }, vectors)).Message.ShouldContain("24 dimensions");
        Should.Throw<ArgumentOutOfRangeException>(
            () => ItqTrainer.Train(new ItqOptions { Iterations = 0 }, vectors)).Message.ShouldContain("Iterations");
        Should.Throw<ArgumentNullException>(() => CcaItqTrainer.Train(new CcaItqOptions(), vectors, null!)).Message.ShouldContain("label");
        Should.Throw<ArgumentException>(
            () => CcaItqTrainer.Train(new CcaItqOptions(), vectors, LabelSet.FromClasses(new int[40]))).Message.ShouldContain("same label");
        Should.Throw<ArgumentOutOfRangeException>(() => CcaItqTrainer.Train(new CcaItqOptions { Regularization = 0 }, vectors, labels));
        Should.Throw<ArgumentException>(
            () => ItqTrainer.Train(new ItqOptions(), new FeatureMatrix(new float[24], 24))).Message.ShouldContain("at least 2 rows");
    }
}
