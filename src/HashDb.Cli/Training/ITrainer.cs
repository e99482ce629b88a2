using System.CommandLine;
using HashDb.Models;

namespace HashDb.Cli.Training;

/// <summary>One kind of model that <c>hashdb train</c> can make: its options beyond the common ones, and how they are used.</summary>
internal interface ITrainer
{
    /// <summary>Name of the subcommand, which is the kind of the model.</summary>
    string Kind { get; }

    /// <summary>One sentence for the help.</summary>
    string Description { get; }

    /// <summary>The options that only this kind has.</summary>
    IReadOnlyList<Option> Options { get; }

    /// <summary>Trains a model.</summary>
    IHashModel Train(TrainingRequest request);
}
