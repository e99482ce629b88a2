namespace HashDb.Models.Training;

/// <summary>Where a training run is.</summary>
/// <param name="Step">What is being done, in a few words.</param>
/// <param name="Fraction">The share of the whole that is done, 0 to 1; an estimate.</param>
public readonly record struct TrainingProgress(string Step, double Fraction);
