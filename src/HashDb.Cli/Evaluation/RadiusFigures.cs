using HashDb.Models.Evaluation;

namespace HashDb.Cli.Evaluation;

/// <summary>What was measured of one model at one length, averaged over the seeds.</summary>
/// <param name="Model">Its name.</param>
/// <param name="BitCount">Bits of a hashcode.</param>
/// <param name="FitTime">Mean time of a training.</param>
/// <param name="Result">Figures by radius.</param>
internal sealed record RadiusFigures(string Model, int BitCount, TimeSpan FitTime, RadiusEvaluationResult Result)
{
    /// <summary>How charts and tables call it.</summary>
    public string Title(bool severalLengths) => severalLengths ? FormattableString.Invariant($"{Model}, {BitCount} bits") : Model;
}
