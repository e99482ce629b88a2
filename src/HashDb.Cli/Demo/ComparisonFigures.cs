namespace HashDb.Cli.Demo;

/// <summary>What one hash function of the comparison does, through a collection of its own.</summary>
/// <param name="Name">What people call it, such as <c>GRH</c>.</param>
/// <param name="Kind">Kind of the model.</param>
/// <param name="BitCount">Bits of a hashcode.</param>
/// <param name="TrainingTime">Time of the training.</param>
/// <param name="Radii">Figures by radius, from 0 on.</param>
internal sealed record ComparisonFigures(string Name, string Kind, int BitCount, TimeSpan TrainingTime, IReadOnlyList<RadiusFigures> Radii);
