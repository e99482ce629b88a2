namespace HashDb.Cli.Evaluation;

/// <summary>A value of somebody else's that ours is compared with.</summary>
/// <param name="MeanAveragePrecision">mAP, ties in the order of the file.</param>
/// <param name="PrecisionWithinRadius">Mean precision within two bits, a query that finds nothing counting as 0.</param>
/// <param name="TrainingCount">Training rows, which may be more than ours.</param>
internal sealed record KnownFigure(double MeanAveragePrecision, double PrecisionWithinRadius, int TrainingCount);
