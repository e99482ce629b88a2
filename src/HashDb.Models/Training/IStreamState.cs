using HashDb.Models.Files;

namespace HashDb.Models.Training;

/// <summary>What an <see cref="IStreamLearner"/> knows at one moment. Immutable, thread-safe.</summary>
public interface IStreamState
{
    /// <summary>Items learned, those without a target included.</summary>
    long ItemCount { get; }

    /// <summary>Items that changed the function.</summary>
    long UpdateCount { get; }

    /// <summary>Classes that were seen.</summary>
    int ClassCount { get; }

    /// <summary>Fingerprint of the model that the stream began with.</summary>
    ModelFingerprint BaseFingerprint { get; }

    /// <summary>
    /// The state as a model that <see cref="HashModelFile"/> saves and restores with all that is needed to go on; get it back with
    /// <see cref="StreamLearning.StateOf"/>. It encodes as <see cref="ToModel"/> does.
    /// </summary>
    IHashModel AsModel();

    /// <summary>What was learned as an ordinary model, without the state.</summary>
    IHashModel ToModel();

    /// <summary>A learner that continues from here.</summary>
    IStreamLearner Resume();
}
