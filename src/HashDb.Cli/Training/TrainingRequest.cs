using System.CommandLine;
using HashDb.Models.Data;

namespace HashDb.Cli.Training;

/// <summary>What every trainer is given.</summary>
/// <param name="Parsed">The parsed command, for the options of the trainer's own.</param>
/// <param name="BitCount">Bits of a hashcode.</param>
/// <param name="TableCount">Independent hash tables.</param>
/// <param name="Seed">Seed of everything random.</param>
/// <param name="Features">The training rows.</param>
internal sealed record TrainingRequest(ParseResult Parsed, int BitCount, int TableCount, ulong Seed, FeatureMatrix Features);
