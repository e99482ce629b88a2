using System.CommandLine;
using HashDb.Cli.Evaluation;

namespace HashDb.Cli.Commands;

/// <summary><c>hashdb evaluate</c>: how good hash functions are, measured by the protocols of the literature.</summary>
internal static class EvaluateCommand
{
    public static Command Create() => new("evaluate", "Measure how good hash functions are.")
    {
        RecallCommand.Create(),
        RadiusCommand.Create(),
        RankingCommand.Create(),
        PaperCommand.Create(),
    };
}
