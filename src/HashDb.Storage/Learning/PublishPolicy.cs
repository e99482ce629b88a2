namespace HashDb.Storage.Learning;

/// <summary>
/// When a draft is published without being asked. Looked at after something was learned, <see cref="MinInterval"/> after the last
/// look or the
/// opening, in the background; nothing waits for it.
/// </summary>
public sealed record PublishPolicy
{
    /// <summary>The shortest <see cref="MinInterval"/>: a look encodes some thousand vectors.</summary>
    public static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(1);

    /// <summary>The longest <see cref="MinInterval"/>: what a timer takes.</summary>
    public static readonly TimeSpan LongestInterval = TimeSpan.FromDays(24);

    /// <summary>
    /// Share of the sampled vectors whose hashcode must have changed, above 0 and up to 1; see <see cref="DraftStatistics.Drift"/>.
    /// </summary>
    public double MinDrift { get; init; } = 0.1;

    /// <summary>Time between two looks, 1 second to 24 days.</summary>
    public TimeSpan MinInterval { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// True to publish only a draft whose precision was measured and is not below that of the live model; see
    /// <see cref="DraftQuality"/>.
    /// </summary>
    public bool QualityNotWorse { get; init; } = true;

    /// <summary>How the generation is built.</summary>
    public GenerationOptions Generation { get; init; } = new() { KeepPrevious = true };

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public void Validate()
    {
        if (!(MinDrift > 0 && MinDrift <= 1))
            throw new ArgumentOutOfRangeException(nameof(MinDrift), MinDrift, $"{nameof(MinDrift)} must be above 0 and at most 1.");
        if (MinInterval < ShortestInterval || MinInterval > LongestInterval)
            throw new ArgumentOutOfRangeException(
                nameof(MinInterval), MinInterval, $"{nameof(MinInterval)} must be {ShortestInterval} to {LongestInterval}.");
        ArgumentNullException.ThrowIfNull(Generation);
        Generation.Validate();
    }

    /// <summary>Says whether a draft is to be published.</summary>
    /// <param name="draft">Its figures.</param>
    public bool Wants(DraftStatistics draft) =>
        draft.Drift >= MinDrift && (!QualityNotWorse || draft.Quality is { } quality && quality.DraftPrecision >= quality.LivePrecision);
}
