// The models that an evaluation knows by name: every kind with its defaults, and the combinations that the literature compares.
// Whatever is not named in the settings here is the default of the kind.
using System.Globalization;
using System.Text;
using HashDb.Cli.Training;
using HashDb.Models;
using HashDb.Models.Kinds.Gph;
using HashDb.Models.Kinds.Grh;
using HashDb.Models.Training;

namespace HashDb.Cli.Evaluation;

internal static class ModelVariants
{
    /// <summary>
    /// The GRH of the tutorial, whose figures it reproduces: the neighbours' average is rounded, so that alpha above .5 replaces a
    /// code by its class's majority and alpha below .5 refits LSH's own bits. Preprocessing is that of our LSH, so both start alike.
    /// </summary>
    private const string Tutorial = "alpha=0.6 round-product=true iterations=2 preprocessing=unit-then-center";

    private static readonly ModelVariant[] Combinations =
    [
        Create(
            "grh-svm", GrhModel.KindName, $"learner=svm {Tutorial}", "GRH of the tutorial: linear support vector machines from LSH codes"),
        Create("grh-pa", GrhModel.KindName, $"learner=passive-aggressive {Tutorial}", "the same with passive-aggressive learners"),
        Create("grh-ridge", GrhModel.KindName, $"learner=ridge {Tutorial}", "the same with ridge regression"),
        Create("grh-cca", GrhModel.KindName, "learner=svm start=cca-itq alpha=0.8", "GRH from CCA-ITQ codes, linear"),
        Create(
            "grh-kernel",
            GrhModel.KindName,
            "learner=kernel start=cca-itq alpha=0.8 regularization=0.1 iterations=2",
            "GRH from CCA-ITQ codes, kernel ridge regression"),
        Create(
            "gph-full",
            GphModel.KindName,
            "inference=full point-choice=random approximation=fitc length-scale=1",
            "GPH as published: full inference, random inducing points"),
        Create(
            "gph-short",
            GphModel.KindName,
            "inference=class-codes point-choice=random approximation=fitc length-scale=1",
            "the same with the short cut of one code a class"),
    ];

    /// <summary>All of them: the kinds, then the combinations.</summary>
    public static IReadOnlyList<ModelVariant> All { get; } =
    [
        .. ModelTrainer.All.Select(trainer => new ModelVariant(trainer.Kind, trainer.Description.TrimEnd('.'), trainer, [])),
        .. Combinations,
    ];

    /// <summary>The one of a name, or null.</summary>
    public static ModelVariant? Find(string name) => All.FirstOrDefault(variant => variant.Name == name);

    /// <summary>The one of a name that exists.</summary>
    public static ModelVariant Get(string name) =>
        Find(name) ?? throw new ArgumentException($"There is no model '{name}'; there are: {Names}.");

    /// <summary>All names, for messages.</summary>
    public static string Names => string.Join(", ", All.Select(variant => variant.Name));

    /// <summary>Names and settings of all, for the help.</summary>
    public static string Describe()
    {
        var text = new StringBuilder("Models:\n");
        int width = All.Max(variant => variant.Name.Length);
        foreach (ModelVariant variant in All)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {variant.Name.PadRight(width)}  {variant.Description}.");
            if (variant.Settings.Count > 0)
                text.Append('\n').Append(' ', width + 4)
                    .AppendJoin(' ', variant.Settings.Select(setting => $"{setting.Key}={setting.Value}"));
            text.Append('\n');
        }

        text.Append("Settings that are not named are the defaults of the kind: see 'hashdb train KIND --help'.\n");
        return text.ToString();
    }

    private static ModelVariant Create(string name, string kind, string settings, string description) => new(
        name, description, ModelTrainer.Find(kind), [.. settings.Split(' ').Select(setting => SettingsOption.Split(setting)!.Value)]);
}
