using System.Globalization;

namespace HashDb.Cli.Evaluation;

/// <summary>The lines of the comparison, in the order of the table.</summary>
internal static class PaperRows
{
    public const string Lsh = "LSH";
    public const string Itq = "ITQ";
    public const string CcaItq = "CCA-ITQ";
    public const string GrhSvm = "GRH, SVM, alpha .6";
    public const string GrhPa = "GRH, PA, alpha .6";
    public const string GrhSvm95 = "GRH, SVM, alpha .95";
    public const string GrhCca = "GRH, SVM from CCA-ITQ, alpha .8";
    public const string GrhKernel = "GRH, kernel ridge from CCA-ITQ";
    public const string GphFull = "GPH, full inference";
    public const string GphShort = "GPH, short cut";
    public const string GphKMeans = "GPH, k-means points";

    /// <summary>What is left of 50,000 rows when 10,000 are held out.</summary>
    public const int LargeTrainingCount = 40_000;

    /// <summary>What is left of 10,000 rows when a fifth is held out.</summary>
    public const int CorelTrainingCount = 8_000;

    /// <summary>Makes the lines.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="small">Training rows of the small comparison.</param>
    /// <param name="large">Training rows of the large one, or 0 to leave it out.</param>
    /// <param name="points">Numbers of inducing points; the largest is the number of anchors of the kernel learner.</param>
    /// <param name="principal">True when there are as many dimensions as bits, so that principal directions give them.</param>
    /// <param name="classes">True when each row has one class, so that there is a code for each.</param>
    public static IReadOnlyList<PaperRow> Create(
        PaperDataSet data, int small, int large, IReadOnlyList<int> points, bool principal, bool classes)
    {
        var rows = new List<PaperRow>();
        foreach (int training in large > 0 ? [small, large] : new[] { small })
        {
            void Add(string name, string model, int pointCount, string settings) => rows.Add(new PaperRow(
                name,
                ModelVariants.Get(model).With(Parse(settings)),
                training,
                pointCount,
                KnownFigures.PublishedOf(data, name, training, pointCount),
                KnownFigures.ReferenceOf(data, name, training, pointCount)));

            if (training == small)
            {
                Add(Lsh, "lsh", 0, "");
                if (principal)
                    Add(Itq, "itq", 0, "");
            }

            Add(CcaItq, "cca-itq", 0, "");
            if (training == small)
            {
                Add(GrhSvm, "grh-svm", 0, "");
                Add(GrhPa, "grh-pa", 0, "");
                Add(GrhSvm95, "grh", 0, "alpha=0.95");
                Add(GrhCca, "grh-cca", 0, "");
            }

            Add(GrhKernel, "grh-kernel", points.Max(), I($"anchors={points.Max()}"));
            foreach (int count in points)
            {
                Add(GphFull, "gph-full", count, I($"points={count} {KernelOf(data)}"));
                if (classes)
                    Add(GphShort, "gph-short", count, I($"points={count} {KernelOf(data)}"));
                Add(GphKMeans, "gph", count, I($"points={count} {CloseKernelOf(data)}"));
            }
        }

        return rows;
    }

    // The kernels of the publication, and those that serve k-means centres best.
    private static string KernelOf(PaperDataSet data) => data switch
    {
        PaperDataSet.Mnist => "length-scale=0.9 signal-variance=100",
        PaperDataSet.Corel16k => "length-scale=2 signal-variance=1 pair-scale=0.1",
        _ => "length-scale=1 signal-variance=10",
    };

    private static string CloseKernelOf(PaperDataSet data) => data switch
    {
        PaperDataSet.Mnist or PaperDataSet.Corel16k => KernelOf(data),
        _ => "length-scale=0.7 signal-variance=10",
    };

    private static IEnumerable<KeyValuePair<string, string>> Parse(string settings) =>
        settings.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => Training.SettingsOption.Split(text)!.Value);

    private static string I(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
