using HashDb.Models.Encoding;
using HashDb.Models.Files;
using HashDb.Models.Training;

namespace HashDb.Models.Kinds.Grh.Streaming;

/// <summary>
/// The state of a <see cref="GrhStreamLearner"/> as a model: it encodes with the served hyperplanes like any other model, can be saved and
/// loaded with <see cref="HashModelFile"/>, and holds all that the learner needs to go on. Immutable, thread-safe.
/// </summary>
public sealed class GrhStreamModel : HyperplaneModel, IStreamState
{
    /// <summary>The kind of these models.</summary>
    public const string KindName = "grh-stream";

    internal GrhStreamModel(int dimensions, int bitCount, int tableCount, GrhStreamState state, Preprocessing preprocessing)
        : base(
            KindName, dimensions, bitCount, tableCount, state.Served(), state.Bias, preprocessing,
            new ModelProvenance { Kind = KindName, TrainingRows = state.ItemCount })
    {
        State = state;
    }

    /// <summary>Items learned, those without a target included.</summary>
    public long ItemCount => State.ItemCount;

    /// <summary>Items that moved a hyperplane.</summary>
    public long UpdateCount => State.UpdateCount;

    /// <summary>Classes that have a target.</summary>
    public int ClassCount => State.Labels.Length;

    /// <summary>Fingerprint of the model that the stream began with.</summary>
    public ModelFingerprint BaseFingerprint => State.Base;

    /// <summary>The settings of the stream.</summary>
    public GrhStreamOptions Options => State.Options;

    internal GrhStreamState State { get; }

    /// <inheritdoc/>
    public IHashModel AsModel() => this;

    /// <inheritdoc/>
    IHashModel IStreamState.ToModel() => ToModel();

    /// <inheritdoc/>
    public IStreamLearner Resume() => GrhStreamLearner.Resume(this);

    /// <summary>The served hyperplanes as an ordinary model, without the state.</summary>
    public GrhModel ToModel() => new(
        Dimensions,
        BitCount,
        TableCount,
        Weights.Span,
        State.Bias,
        Preprocessing,
        new ModelProvenance
        {
            Kind = GrhModel.KindName,
            Options = State.Options.ToMap(),
            TrainingRows = ItemCount,
            Training = ModelValueMap.Create(
                ("learner", "stream"),
                ("base", State.Base.ToString()),
                ("updates", UpdateCount),
                ("classes", ClassCount)),
        });
}
