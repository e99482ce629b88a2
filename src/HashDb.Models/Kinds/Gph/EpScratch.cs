namespace HashDb.Models.Kinds.Gph;

/// <summary>Working memory of one task that sweeps bits: about <c>20 M^2 + 20 N</c> bytes. Not shared between tasks.</summary>
internal sealed class EpScratch
{
    public EpScratch(int count, int width)
    {
        Lambda = new double[width * width];
        Inverse = new double[width * width];
        Lower = new float[width * width];
        Right = new double[width];
        Partial = new float[width];
        Solution = new double[width];
        SingleSolution = new float[width];
        Weights = new float[count];
        Variance = new double[count];
        Mean = new double[count];
    }

    public double[] Lambda { get; }

    public double[] Inverse { get; }

    public float[] Lower { get; }

    public double[] Right { get; }

    public float[] Partial { get; }

    public double[] Solution { get; }

    public float[] SingleSolution { get; }

    public float[] Weights { get; }

    public double[] Variance { get; }

    public double[] Mean { get; }
}
