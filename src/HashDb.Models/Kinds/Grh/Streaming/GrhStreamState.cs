// Everything that a stream learner knows, as plain arrays. Immutable by convention: whoever makes one gives its arrays away.
namespace HashDb.Models.Kinds.Grh.Streaming;

/// <summary>The state of a <see cref="GrhStreamLearner"/>.</summary>
internal sealed record GrhStreamState
{
    /// <summary>Settings.</summary>
    public required GrhStreamOptions Options { get; init; }

    /// <summary>Fingerprint of the model that the stream began with.</summary>
    public required ModelFingerprint Base { get; init; }

    /// <summary>Items learned, those without a target included.</summary>
    public required long ItemCount { get; init; }

    /// <summary>Items that moved a hyperplane.</summary>
    public required long UpdateCount { get; init; }

    /// <summary>The hyperplanes as they are now: row-major, <c>tables * bits * dimensions</c>.</summary>
    public required float[] Current { get; init; }

    /// <summary>The sum of the hyperplanes after every 16th item, of the same shape.</summary>
    public required double[] Sums { get; init; }

    /// <summary>Intercepts of the base model, which are not learned; or empty.</summary>
    public required float[] Bias { get; init; }

    /// <summary>Labels of the classes in the order in which they were first seen.</summary>
    public required int[] Labels { get; init; }

    /// <summary>How often each occurred.</summary>
    public required long[] Counts { get; init; }

    /// <summary>The summed codes of the first items of each, <c>classes * tables * bits</c>.</summary>
    public required int[] CodeSums { get; init; }

    /// <summary>Packed targets, <c>classes * tables * ceil(bits / 8)</c> bytes.</summary>
    public required byte[] Targets { get; init; }

    /// <summary>The hyperplanes to serve: the mean of the summed states, or what is current while there are none.</summary>
    public float[] Served()
    {
        long summed = ItemCount / GrhStreamOptions.AveragingInterval;
        if (!Options.Averaging || summed == 0)
            return Current;
        float[] mean = new float[Sums.Length];
        for (int i = 0; i < mean.Length; i++)
            mean[i] = (float)(Sums[i] / summed);
        return mean;
    }
}
