namespace HashDb;

/// <summary>How a new generation is built beside the live one.</summary>
public sealed record GenerationOptions
{
    /// <summary>Smallest <see cref="BusyShare"/>: below that a build of any size takes days.</summary>
    public const double MinBusyShare = 0.01;

    /// <summary>Largest <see cref="Cores"/>: more than machines have.</summary>
    public const int MaxCores = 1_024;

    /// <summary>
    /// Keep the generation that is replaced, its model and hashcodes, so that <see cref="HashDbMaintenance.RollbackAsync"/> can go back
    /// to it. One is kept: keeping this one gives up an older one. When false, none is kept.
    /// </summary>
    public bool KeepPrevious { get; init; } = true;

    /// <summary>
    /// Share of the time in which the build works while searches are under way, on each of its cores,
    /// <see cref="MinBusyShare"/> to 1. While nobody searches it works all the time.
    /// </summary>
    public double BusyShare { get; init; } = 0.25;

    /// <summary>Cores that encode at one time, 1 to <see cref="MaxCores"/>; half of the machine's, at least one, when null.</summary>
    public int? Cores { get; init; }

    /// <summary>
    /// Whether every row has a sketch, with which searches keep a recall (<see cref="SearchOptions.TargetRecall"/>) without comparing
    /// all vectors: as the generation that is replaced has it when null. Cells for them are trained on the rows. Under a model of cells
    /// there always are.
    /// </summary>
    public bool? Sketches { get; init; }

    /// <summary><see cref="Cores"/>, or the number that null stands for.</summary>
    public int CoresUsed => Cores ?? Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public void Validate()
    {
        if (!(BusyShare is >= MinBusyShare and <= 1))
            throw new ArgumentOutOfRangeException(
                nameof(BusyShare), BusyShare, $"{nameof(BusyShare)} is {BusyShare}; it must be {MinBusyShare} to 1.");
        if (Cores is < 1 or > MaxCores)
            throw new ArgumentOutOfRangeException(nameof(Cores), Cores, $"{nameof(Cores)} is {Cores}; it must be 1 to {MaxCores}.");
    }
}
