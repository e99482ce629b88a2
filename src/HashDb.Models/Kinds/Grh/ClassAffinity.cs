using HashDb.Models.Training;

namespace HashDb.Models.Kinds.Grh;

/// <summary>Rows of one class are neighbours: the average is the class's mean code, so no graph is stored.</summary>
internal sealed class ClassAffinity(TrainingLabels labels) : IAffinity
{
    public void Average(float[] codes, int bits, float[] averages, ParallelOptions parallel)
    {
        // Sums of at most 2^31 entries of +-1 are exact in double precision, so their order does not matter.
        double[] sums = new double[labels.LabelCount * bits];
        int[] sizes = new int[labels.LabelCount];
        for (int n = 0; n < labels.Count; n++)
        {
            int c = labels.Classes[n];
            sizes[c]++;
            for (int k = 0; k < bits; k++)
                sums[(c * bits) + k] += codes[(n * bits) + k];
        }

        for (int n = 0; n < labels.Count; n++)
        {
            int c = labels.Classes[n];
            for (int k = 0; k < bits; k++)
                averages[(n * bits) + k] = (float)(sums[(c * bits) + k] / sizes[c]);
        }
    }
}
