namespace HashDb.Cli.Evaluation;

/// <summary>What was measured of one line of the comparison.</summary>
/// <param name="Row">The line.</param>
/// <param name="TrainingTime">Time of the training.</param>
/// <param name="Figures">The ranking of the rows that were held out.</param>
internal sealed record PaperResult(PaperRow Row, TimeSpan TrainingTime, RankingFigures Figures);
