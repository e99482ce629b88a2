using HashDb.Checks;
using HashDb.Models;

namespace HashDb;

/// <summary>How far a probe looks.</summary>
public sealed record ProbeOptions
{
    /// <summary>Hamming radius in bits, 0 to <see cref="Hashcode.MaxBitCount"/>.</summary>
    public int Radius { get; init; }

    /// <summary>Gives only records that match; null for all.</summary>
    public Filter? Filter { get; init; }

    /// <summary>How buckets are found; the answer is the same with each.</summary>
    public ProbeStrategy Strategy { get; init; } = ProbeStrategy.Automatic;

    /// <summary>Refuses options that are out of range.</summary>
    /// <exception cref="ArgumentException">Names the option, its value and its range.</exception>
    public void Validate()
    {
        if (Radius is < 0 or > Hashcode.MaxBitCount)
            throw new ArgumentOutOfRangeException(
                nameof(Radius), Radius, $"Radius is {Radius}; it must be 0 to {Hashcode.MaxBitCount}.");
        ProbeStrategies.Check(Strategy, nameof(Strategy));
    }
}
