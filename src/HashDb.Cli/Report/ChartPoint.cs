namespace HashDb.Cli.Report;

/// <summary>One measured point and what it says when pointed at.</summary>
internal readonly record struct ChartPoint(double X, double Y, string Tooltip);
