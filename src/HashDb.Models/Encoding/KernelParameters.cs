namespace HashDb.Models.Encoding;

/// <summary>What a kernel model consists of.</summary>
public sealed class KernelParameters
{
    /// <summary>Length scale of the kernel, in units of the preprocessed vectors.</summary>
    public required double LengthScale { get; init; }

    /// <summary>The points: row-major, <c>points * dimensions</c>, preprocessed.</summary>
    public required ReadOnlyMemory<float> Points { get; init; }

    /// <summary>The weights of each bit, the signal variance included: row-major, <c>bits * points</c>.</summary>
    public required ReadOnlyMemory<float> Weights { get; init; }

    /// <summary>One intercept a bit, or empty for none.</summary>
    public ReadOnlyMemory<float> Bias { get; init; }
}
