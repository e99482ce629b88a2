namespace HashDb.Models.Kinds.Grh;

/// <summary>
/// Fits one bit's function to target signs over the features of the training rows. Implementations share the features and may
/// keep what they learned about a bit for its next round; different bits may be fitted at the same time.
/// </summary>
internal interface IBitLearner
{
    /// <summary>Fits a bit.</summary>
    /// <param name="bit">Which bit; the learner may start from its last solution.</param>
    /// <param name="targets">+1 or -1 per row; both occur.</param>
    /// <param name="seed">Seed of everything random in this fit.</param>
    /// <param name="weights">Receives one weight per feature.</param>
    /// <returns>The intercept.</returns>
    float Fit(int bit, ReadOnlySpan<float> targets, ulong seed, Span<float> weights);
}
