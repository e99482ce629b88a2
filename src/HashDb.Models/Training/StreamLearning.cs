using HashDb.Models.Kinds.Grh.Streaming;

namespace HashDb.Models.Training;

/// <summary>Begins and resumes learning from a stream, whatever the kind of model.</summary>
public static class StreamLearning
{
    /// <summary>Classes that a stream which begins with the model can have; fewer the longer its codes are.</summary>
    public static int ClassLimit(IHashModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return GrhStreamOptions.ClassLimit(model.TableCount * model.BitCount);
    }

    /// <summary>Begins with a model, under the default settings of its learner.</summary>
    /// <exception cref="HashDbException">
    /// <see cref="HashDbErrorCode.UnsupportedOperation"/>: the model cannot be learned from a stream.
    /// </exception>
    public static IStreamLearner Begin(IHashModel start) => new GrhStreamLearner(start, new GrhStreamOptions());

    /// <summary>Checks that a stream can begin with a model.</summary>
    /// <exception cref="HashDbException"><see cref="HashDbErrorCode.UnsupportedOperation"/>: it cannot.</exception>
    public static void CheckStart(IHashModel model) => GrhStreamLearner.CheckStart(model);

    /// <summary>The state that a saved model holds; null when it is an ordinary model.</summary>
    public static IStreamState? StateOf(IHashModel model) => model as IStreamState;
}
