using HashDb.Models.Data;
using HashDb.Models.Numerics;

namespace HashDb.Models.Tests.Training;

/// <summary>Seeded clusters of vectors with their classes: enough structure for a learner to find, little enough to be quick.</summary>
internal static class Blobs
{
    public const int Dimensions = 24;

    public static (FeatureMatrix Vectors, LabelSet Labels) Classes(int count, int classes = 5, ulong seed = 11)
    {
        (float[] values, int[] ofRow) = Draw(count, classes, seed);
        return (new FeatureMatrix(values, Dimensions), LabelSet.FromClasses(ofRow));
    }

    /// <summary>Label sets: the class, and for every third row another one beside it.</summary>
    public static (FeatureMatrix Vectors, LabelSet Labels) Sets(int count, int classes = 5, ulong seed = 11)
    {
        (float[] values, int[] ofRow) = Draw(count, classes, seed);
        var rows = new List<IReadOnlyList<int>>();
        for (int n = 0; n < count; n++)
            rows.Add(n % 3 == 0 ? new SortedSet<int> { ofRow[n], n % classes }.ToArray() : [ofRow[n]]);
        return (new FeatureMatrix(values, Dimensions), LabelSet.FromRows(rows, classes));
    }

    private static (float[] Values, int[] Classes) Draw(int count, int classes, ulong seed)
    {
        var random = new SeededRandom(seed);
        float[] centres = new float[classes * Dimensions];
        random.FillNormal(centres);
        float[] values = new float[count * Dimensions];
        random.FillNormal(values);
        int[] ofRow = new int[count];
        for (int n = 0; n < count; n++)
        {
            ofRow[n] = random.NextInt32(classes);
            for (int j = 0; j < Dimensions; j++)
                values[(n * Dimensions) + j] = (0.7f * values[(n * Dimensions) + j]) + centres[(ofRow[n] * Dimensions) + j] + 0.5f;
        }

        return (values, ofRow);
    }
}
