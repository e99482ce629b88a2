using HashDb.Models.Data;
using HashDb.Models.Numerics;
using HashDb.Models.Tests.Training;

namespace HashDb.Models.Tests.Numerics;

public sealed class KMeansTests
{
    [Fact]
    public void Centres_do_not_depend_on_the_number_of_threads_and_are_means_of_their_rows()
    {
        (FeatureMatrix vectors, _) = Blobs.Classes(1_300);
        float[] one = Cluster(vectors, 7, threads: 1), four = Cluster(vectors, 7, threads: 4);
        four.ShouldBe(one);

        // The mean squared distance to the nearest centre is near the noise of the blobs, 0.49 a dimension.
        double total = 0;
        for (int n = 0; n < vectors.Count; n++)
        {
            double nearest = double.PositiveInfinity;
            for (int c = 0; c < 7; c++)
            {
                double distance = 0;
                for (int j = 0; j < vectors.Dimensions; j++)
                    distance += Math.Pow(vectors[n][j] - one[(c * vectors.Dimensions) + j], 2);
                nearest = Math.Min(nearest, distance);
            }

            total += nearest;
        }

        (total / vectors.Count).ShouldBeLessThan(0.55 * vectors.Dimensions);
    }

    [Fact]
    public void Coinciding_rows_give_centres_without_nan()
    {
        float[] rows = Enumerable.Repeat(1f, 20 * 3).ToArray();
        Cluster(new FeatureMatrix(rows, 3), 4, threads: 2).ShouldAllBe(value => value == 1);
    }

    private static float[] Cluster(FeatureMatrix vectors, int clusters, int threads)
    {
        float[] centres = new float[clusters * vectors.Dimensions];
        KMeans.Cluster(
            vectors.Values, vectors.Count, vectors.Dimensions, clusters, 20, new SeededRandom(5), ManagedAlgebra.Instance,
            new ParallelOptions { MaxDegreeOfParallelism = threads }, centres);
        return centres;
    }
}
