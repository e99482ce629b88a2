namespace HashDb.Cli.Report;

/// <summary>One line of a chart.</summary>
/// <param name="Name">What the legend calls it.</param>
/// <param name="Points">Its points, by x.</param>
/// <param name="IsScatter">True for points that no line joins.</param>
/// <param name="IsReference">True for a level to compare with, drawn dashed and without points.</param>
internal sealed record ChartSeries(string Name, IReadOnlyList<ChartPoint> Points, bool IsReference = false, bool IsScatter = false);
