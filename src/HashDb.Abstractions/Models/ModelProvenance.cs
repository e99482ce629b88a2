// Where a model came from. Everything in it follows from the options, the seed and the data, so training twice gives the
// same model file, byte for byte. That is why there is no time stamp and no duration here.
using System.Collections.Immutable;

namespace HashDb.Models;

/// <summary>How a model came about: options, seed, training rows, fingerprint of the data. Immutable.</summary>
public sealed record ModelProvenance
{
    /// <summary>The kind of model, such as <c>lsh</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The options it was trained with, by name.</summary>
    public ImmutableSortedDictionary<string, ModelValue> Options { get; init; } = ModelValueMap.Empty;

    /// <summary>The seed of everything random in the training.</summary>
    public ulong Seed { get; init; }

    /// <summary>Number of rows it was trained on; 0 when no data was needed.</summary>
    public long TrainingRows { get; init; }

    /// <summary>Fingerprint of the training rows and labels; empty when no data was needed.</summary>
    public string DataFingerprint { get; init; } = "";

    /// <summary>How the training went, by name: rounds done, learner, number of distinct codes and the like; no times.</summary>
    public ImmutableSortedDictionary<string, ModelValue> Training { get; init; } = ModelValueMap.Empty;

    /// <inheritdoc/>
    public bool Equals(ModelProvenance? other) =>
        other is not null
        && Kind == other.Kind
        && Seed == other.Seed
        && TrainingRows == other.TrainingRows
        && DataFingerprint == other.DataFingerprint
        && Options.SequenceEqual(other.Options)
        && Training.SequenceEqual(other.Training);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Seed, TrainingRows, DataFingerprint, Options.Count, Training.Count);
}
