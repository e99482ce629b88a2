// The low-dimensional directions that ITQ rotates and GRH may start from: principal directions (unsupervised) and canonical
// directions (supervised). Rows are centred implicitly: sums are corrected by the mean, the rows stay as they are.
using HashDb.Models.Numerics;
using HashDb.Models.Training;
using MathNet.Numerics.LinearAlgebra;

namespace HashDb.Models.Kinds.Itq;

/// <summary>Directions found in a training set.</summary>
/// <param name="Weights">Row-major, <c>Count * dimensions</c>.</param>
/// <param name="Mean">The mean of the rows, length <c>dimensions</c>.</param>
/// <param name="Count">Number of directions.</param>
internal sealed record Directions(double[] Weights, double[] Mean, int Count)
{
    /// <summary>8,192: the covariance takes half a gigabyte, and its factor as much again.</summary>
    public const int MaxCanonicalDimensions = 8_192;

    /// <summary>2,048: the labels' eigenproblem is solved by a library without blocking.</summary>
    public const int MaxCanonicalLabels = 2_048;

    /// <summary>Rounds of subspace iteration; with twice the directions carried along, thirty leave errors that do not matter.</summary>
    private const int SubspaceIterations = 30;

    private const int SpareDirections = 16;

    /// <summary>Refuses more principal directions than there are dimensions.</summary>
    public static void CheckPrincipalCount(int bits, int dimensions)
    {
        if (bits > dimensions)
            throw new ArgumentOutOfRangeException(
                nameof(bits),
                bits,
                $"Hashcodes of {bits} bits need as many principal directions, and vectors of {dimensions} dimensions have {dimensions}: "
                + $"take at most {dimensions} bits, or a kind or start that is not of principal directions.");
    }

    /// <summary>Refuses sizes whose covariances would not fit.</summary>
    public static void CheckCanonicalSize(int dimensions, int labels)
    {
        if (dimensions > MaxCanonicalDimensions)
            throw new ArgumentOutOfRangeException(
                nameof(dimensions),
                dimensions,
                $"The vectors have {dimensions} dimensions; canonical directions (cca-itq) need a covariance of all of them, and at most "
                + $"{MaxCanonicalDimensions} are supported: shorten the vectors, or take another kind or start.");
        if (labels > MaxCanonicalLabels)
            throw new ArgumentOutOfRangeException(
                nameof(labels),
                labels,
                $"There are {labels} labels; canonical directions (cca-itq) are supported for at most {MaxCanonicalLabels}: join labels, "
                + "or take another kind or start.");
    }

    /// <summary>The directions of largest variance, by subspace iteration: no covariance matrix is formed.</summary>
    public static Directions Principal(RowStatistics rows, int count, SeededRandom random, ParallelOptions parallel)
    {
        int width = rows.Width;
        int carried = Math.Min(width, (2 * count) + SpareDirections);
        double[] mean = rows.Mean();
        double[] basis = new double[carried * width];
        for (int i = 0; i < basis.Length; i++)
            basis[i] = random.NextNormal();
        Orthonormal.Rows(basis, carried, width);
        double[] image = basis;
        for (int iteration = 0; iteration < SubspaceIterations; iteration++)
        {
            parallel.CancellationToken.ThrowIfCancellationRequested();
            image = CovarianceTimes(rows, mean, basis, carried);
            if (iteration + 1 < SubspaceIterations)
            {
                basis = (double[])image.Clone();
                Orthonormal.Rows(basis, carried, width);
            }
        }

        // Rayleigh-Ritz: within the subspace, the eigenvectors of basis C basis'.
        Matrix<double> q = Matrix<double>.Build.DenseOfRowMajor(carried, width, basis);
        Matrix<double> small = q * Matrix<double>.Build.DenseOfRowMajor(carried, width, image).Transpose();
        MathNet.Numerics.LinearAlgebra.Factorization.Evd<double> evd = ((small + small.Transpose()) * 0.5).Evd(Symmetricity.Symmetric);
        double[] weights = new double[count * width];
        for (int k = 0; k < count; k++)
        {
            Vector<double> direction = evd.EigenVectors.Column(carried - 1 - k) * q;
            direction.ToArray().CopyTo(weights.AsSpan(k * width));
        }

        return new Directions(weights, mean, count);
    }

    /// <summary>
    /// The directions that correlate most with the labels (canonical correlation analysis), each scaled by its correlation.
    /// </summary>
    /// <param name="rows">Training rows.</param>
    /// <param name="labels">Their labels.</param>
    /// <param name="count">At most so many; there are never more than labels.</param>
    /// <param name="regularization">Added to both covariances, relative to their mean diagonal.</param>
    public static Directions Canonical(RowStatistics rows, TrainingLabels labels, int count, double regularization)
    {
        int width = rows.Width, labelCount = labels.LabelCount;
        double[] mean = rows.Mean();
        float[] indicators = labels.ToIndicators();
        double[] labelMean = new RowStatistics(indicators, rows.Count, labelCount, ManagedAlgebra.Instance, new ParallelOptions()).Mean();

        double[] cross = rows.Cross(indicators, labelCount);
        for (int i = 0; i < width; i++)
        {
            for (int l = 0; l < labelCount; l++)
                cross[(i * labelCount) + l] = (cross[(i * labelCount) + l] / rows.Count) - (mean[i] * labelMean[l]);
        }

        double[] inverse = InverseFactor(Covariance(rows.Gram(), mean, rows.Count), width, regularization);
        double[] labelGram = new double[labelCount * labelCount];
        ManagedAlgebra.Instance.AddCrossProduct(indicators, indicators, rows.Count, labelCount, labelCount, labelGram);
        double[] labelInverse = InverseFactor(Covariance(labelGram, labelMean, rows.Count), labelCount, regularization);

        // M = Lx^-1 Cxy Ly^-T; its left singular vectors, taken back by Lx^-T, are the directions.
        Matrix<double> lx = Matrix<double>.Build.DenseOfRowMajor(width, width, inverse);
        Matrix<double> ly = Matrix<double>.Build.DenseOfRowMajor(labelCount, labelCount, labelInverse);
        Matrix<double> m = lx * Matrix<double>.Build.DenseOfRowMajor(width, labelCount, cross) * ly.Transpose();
        MathNet.Numerics.LinearAlgebra.Factorization.Evd<double> evd = (m.Transpose() * m).Evd(Symmetricity.Symmetric);
        int found = Math.Min(count, Math.Min(labelCount, width));
        double[] weights = new double[found * width];
        for (int k = 0; k < found; k++)
        {
            // u = M v / rho, w = rho Lx^-T u = Lx^-T M v: the scaling by the correlation comes for free, and none is divided by.
            Vector<double> direction = lx.TransposeThisAndMultiply(m * evd.EigenVectors.Column(labelCount - 1 - k));
            direction.ToArray().CopyTo(weights.AsSpan(k * width));
        }

        return new Directions(weights, mean, found);
    }

    /// <summary>Covariance times each row of a basis: <c>X'(X b) / N - mean (mean . b)</c>.</summary>
    private static double[] CovarianceTimes(RowStatistics rows, double[] mean, double[] basis, int count)
    {
        int width = rows.Width;
        float[] single = Array.ConvertAll(basis, static value => (float)value);
        float[] projections = rows.Project(single, new float[count], count);
        double[] product = rows.Cross(projections, count);
        double[] image = new double[count * width];
        for (int k = 0; k < count; k++)
        {
            double along = 0;
            for (int j = 0; j < width; j++)
                along += mean[j] * basis[(k * width) + j];
            for (int j = 0; j < width; j++)
                image[(k * width) + j] = (product[(j * count) + k] / rows.Count) - (mean[j] * along);
        }

        return image;
    }

    private static double[] Covariance(double[] gram, double[] mean, int count)
    {
        int size = mean.Length;
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j <= i; j++)
                gram[(i * size) + j] = (gram[(i * size) + j] / count) - (mean[i] * mean[j]);
        }

        return gram;
    }

    private static double[] InverseFactor(double[] covariance, int size, double regularization)
    {
        double trace = 0;
        for (int i = 0; i < size; i++)
            trace += covariance[(i * size) + i];
        double added = (regularization * trace / size) + double.Epsilon;
        for (int i = 0; i < size; i++)
            covariance[(i * size) + i] += added;
        if (!Cholesky.TryFactor(covariance, size))
            throw new ArgumentException(
                $"A covariance of {size} x {size} is not positive definite; raise the regularisation above {regularization}.");
        double[] inverse = new double[size * size];
        Cholesky.InvertLower(covariance, size, inverse);
        return inverse;
    }
}
