// What a command line needs to train any kind of model by name: its settings with help, and one way to start it. Immutable, safe for
// many threads.
using HashDb.Models.Data;
using HashDb.Models.Kinds.Gph;
using HashDb.Models.Kinds.Grh;
using HashDb.Models.Kinds.Itq;
using HashDb.Models.Kinds.Lsh;

namespace HashDb.Models.Training;

/// <summary>A kind of model that can be trained, with its settings as text.</summary>
public abstract class ModelTrainer
{
    private protected ModelTrainer(string kind, string description, LabelNeed labels, int maxBitCount)
    {
        Kind = kind;
        Description = description;
        Labels = labels;
        MaxBitCount = maxBitCount;
    }

    /// <summary>All kinds that are made from data. A new kind is added here and nowhere else.</summary>
    public static IReadOnlyList<ModelTrainer> All { get; } =
    [
        new ModelTrainer<LshOptions>(
            LshModel.KindName,
            "Random hyperplanes through the mean of the data; needs no labels.",
            LabelNeed.Unused,
            Hashcode.MaxBitCount,
            LshTrainer.Settings,
            new LshOptions(),
            (options, bits, seed, _) => options with { BitCount = bits, Seed = seed },
            (options, vectors, _, _, _) => LshTrainer.Train(options, vectors)),
        new ModelTrainer<GrhOptions>(
            GrhModel.KindName,
            "Graph regularised hashing: smooths codes over labels or neighbours and learns them with hyperplanes or a kernel.",
            LabelNeed.Optional,
            Hashcode.MaxBitCount,
            GrhTrainer.Settings,
            new GrhOptions(),
            (options, bits, seed, threads) => options with { BitCount = bits, Seed = seed, MaxDegreeOfParallelism = threads },
            GrhTrainer.Train),
        new ModelTrainer<GphOptions>(
            GphModel.KindName,
            "Gaussian-process hashing: sparse Gaussian-process classifiers over latent codes; the most accurate.",
            LabelNeed.Required,
            GphOptions.MaxBitCount,
            GphTrainer.Settings,
            new GphOptions(),
            (options, bits, seed, threads) => options with { BitCount = bits, Seed = seed, MaxDegreeOfParallelism = threads },
            (options, vectors, labels, progress, token) => GphTrainer.Train(options, vectors, labels!, progress, token)),
        new ModelTrainer<ItqOptions>(
            ItqModel.KindName,
            "Iterative quantisation: rotated principal directions, for data without labels.",
            LabelNeed.Unused,
            Hashcode.MaxBitCount,
            ItqTrainer.Settings,
            new ItqOptions(),
            (options, bits, seed, threads) => options with { BitCount = bits, Seed = seed, MaxDegreeOfParallelism = threads },
            (options, vectors, _, progress, token) => ItqTrainer.Train(options, vectors, progress, token)),
        new ModelTrainer<CcaItqOptions>(
            CcaItqModel.KindName,
            "Iterative quantisation of the directions that correlate most with the labels.",
            LabelNeed.Required,
            Hashcode.MaxBitCount,
            CcaItqTrainer.Settings,
            new CcaItqOptions(),
            (options, bits, seed, threads) => options with { BitCount = bits, Seed = seed, MaxDegreeOfParallelism = threads },
            (options, vectors, labels, progress, token) => CcaItqTrainer.Train(options, vectors, labels!, progress, token)),
    ];

    /// <summary>The kind of model it makes.</summary>
    public string Kind { get; }

    /// <summary>What the kind is, in a sentence.</summary>
    public string Description { get; }

    /// <summary>Whether it learns from labels.</summary>
    public LabelNeed Labels { get; }

    /// <summary>The longest hashcode it makes.</summary>
    public int MaxBitCount { get; }

    /// <summary>The settings that <see cref="Train"/> takes besides bits and seed.</summary>
    public abstract IReadOnlyList<TrainerSetting> Settings { get; }

    /// <summary>Finds a trainer.</summary>
    /// <exception cref="ArgumentException">There is none of that kind; says which there are.</exception>
    public static ModelTrainer Find(string kind) => All.FirstOrDefault(trainer => trainer.Kind == kind)
            ?? throw new ArgumentException(
                $"No trainer makes models of kind '{kind}'; there are: {string.Join(", ", All.Select(trainer => trainer.Kind))}.",
                nameof(kind));

    /// <summary>Checks names and values of settings without any data, so that a caller can refuse them early.</summary>
    /// <exception cref="ArgumentException">There is no such setting, or a value does not fit; says what there is.</exception>
    public abstract void CheckSettings(IEnumerable<KeyValuePair<string, string>> settings);

    /// <summary>
    /// Defaults that so few training rows cannot meet, for a caller that would rather lower them than be refused: give the values to
    /// <see cref="Train"/> as settings. What was chosen is not among them.
    /// </summary>
    /// <param name="settings">What was chosen, by name.</param>
    /// <param name="rowCount">Training rows.</param>
    /// <param name="hasLabels">Whether they have labels.</param>
    /// <exception cref="ArgumentException">There is no such setting, or a value does not fit; says what there is.</exception>
    public abstract IReadOnlyList<LoweredSetting> LowerDefaults(
        IReadOnlyList<KeyValuePair<string, string>> settings, int rowCount, bool hasLabels);

    /// <summary>Trains a model.</summary>
    /// <param name="vectors">Raw training rows.</param>
    /// <param name="labels">Labels, where <see cref="Labels"/> asks for them.</param>
    /// <param name="bitCount">Bits of one hashcode, 8 to <see cref="MaxBitCount"/>.</param>
    /// <param name="seed">Seed of everything random.</param>
    /// <param name="settings">Names and values; a later one replaces an earlier one of the same name.</param>
    /// <param name="maxDegreeOfParallelism">At most so many threads; -1 for all. Does not change the result.</param>
    /// <param name="progress">Told after each step, from any thread.</param>
    /// <param name="cancellationToken">Stops the training at the next step.</param>
    /// <exception cref="ArgumentException">
    /// A setting, a row or the labels are not usable; says which and why, before work starts.
    /// </exception>
    /// <exception cref="OperationCanceledException">The training was cancelled.</exception>
    public abstract IHashModel Train(
        FeatureMatrix vectors,
        LabelSet? labels,
        int bitCount,
        ulong seed,
        IEnumerable<KeyValuePair<string, string>> settings,
        int maxDegreeOfParallelism = -1,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default);
}

/// <summary>A trainer with options of one type.</summary>
internal sealed class ModelTrainer<TOptions>(
    string kind,
    string description,
    LabelNeed labels,
    int maxBitCount,
    SettingTable<TOptions> table,
    TOptions defaults,
    Func<TOptions, int, ulong, int, TOptions> withBasics,
    Func<TOptions, FeatureMatrix, LabelSet?, IProgress<TrainingProgress>?, CancellationToken, IHashModel> train)
    : ModelTrainer(kind, description, labels, maxBitCount)
    where TOptions : class
{
    public override IReadOnlyList<TrainerSetting> Settings => table.Settings;

    public override IHashModel Train(
        FeatureMatrix vectors,
        LabelSet? labels,
        int bitCount,
        ulong seed,
        IEnumerable<KeyValuePair<string, string>> settings,
        int maxDegreeOfParallelism = -1,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        TOptions options = Apply(withBasics(defaults, bitCount, seed, maxDegreeOfParallelism), settings);
        return train(options, vectors, labels, progress, cancellationToken);
    }

    public override IReadOnlyList<LoweredSetting> LowerDefaults(
        IReadOnlyList<KeyValuePair<string, string>> settings, int rowCount, bool hasLabels)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return table.Lower(Apply(defaults, settings), settings.Select(setting => setting.Key).ToHashSet(), rowCount, hasLabels);
    }

    public override void CheckSettings(IEnumerable<KeyValuePair<string, string>> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _ = Apply(defaults, settings);
    }

    private TOptions Apply(TOptions options, IEnumerable<KeyValuePair<string, string>> settings)
    {
        foreach ((string name, string value) in settings)
            options = table.Apply(options, name, value);
        return options;
    }
}
