using System.Collections.Immutable;
using HashDb.Models.Training;

namespace HashDb.Models.Kinds.Grh.Streaming;

/// <summary>Settings of <see cref="GrhStreamLearner"/>.</summary>
public sealed record GrhStreamOptions
{
    /// <summary>4,096 classes: a large vocabulary of tags. Beyond that a code of 16 bits has no room for them anyway.</summary>
    public const int MaxClassCount = 4_096;

    /// <summary>
    /// 262,144 bits of all targets together (4,096 classes of 64 bits): to place one more, each of its bits is compared with every
    /// class, bit after
    /// bit, and up to there that takes milliseconds.
    /// </summary>
    public const int MaxTargetBits = 262_144;

    /// <summary>A million: on unit vectors a step is never longer than about one plus the margin, so more changes nothing.</summary>
    public const double MaxCost = 1e6;

    /// <summary>
    /// The mean is taken of the weights after every 16th item. Neighbouring states hardly differ, and so averaging costs a
    /// sixteenth of a pass over the weights instead of one or two.
    /// </summary>
    public const int AveragingInterval = 16;

    /// <summary>32: a power of two. Over so many items of a class its target settles; then it is fixed.</summary>
    public const int SettlingItems = 32;

    /// <summary>
    /// C: how far one item may move a hyperplane. Measured as in docs/MODELS.md, served with averaging: mAP .276 at 0.1, .284 at
    /// 0.3, .282 at 0.5, .277
    /// at 1.
    /// </summary>
    public double Cost { get; init; } = 0.3;

    /// <summary>How the length of a step follows from loss and cost.</summary>
    public GrhStreamRule Rule { get; init; }

    /// <summary>
    /// Weight of the classes' targets against the item's own code, above 0.5 and up to 1: targets lie in [-1, 1], so up to 0.5 no
    /// bit could ever flip. It matters for items of several classes, whose mean target has no clear sign in some bits.
    /// </summary>
    public double Alpha { get; init; } = 0.8;

    /// <summary>True to serve the mean of the weights over the stream, false to serve the weights as they are now.</summary>
    public bool Averaging { get; init; } = true;

    /// <summary>Classes that a stream can have, at least 2.</summary>
    /// <param name="outputs">Bits of all tables together.</param>
    internal static int ClassLimit(int outputs) => Math.Clamp(MaxTargetBits / outputs, 2, MaxClassCount);

    /// <summary>Checks every setting that can be checked without the model.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range; names it.</exception>
    public void Validate()
    {
        Require.Positive(Cost, nameof(Cost));
        Require.InRange(Cost, 0, MaxCost, nameof(Cost));
        Require.Defined(Rule, nameof(Rule));
        if (!(Alpha > 0.5 && Alpha <= 1))
            throw new ArgumentOutOfRangeException(
                nameof(Alpha), Alpha, "Alpha must be above 0.5, below which no bit can flip, and at most 1.");
    }

    internal ImmutableSortedDictionary<string, ModelValue> ToMap() => ModelValueMap.Create(
        ("cost", Cost),
        ("rule", Rule.ToString()),
        ("alpha", Alpha),
        ("averaging", Averaging));
}
