using System.CommandLine;
using HashDb.Models;

namespace HashDb.Cli.Training;

/// <summary><c>hashdb train lsh</c>.</summary>
internal sealed class LshTraining : ITrainer
{
    public string Kind => LshModel.KindName;

    public string Description => "Random hyperplanes through the mean of the data; needs no labels.";

    public IReadOnlyList<Option> Options => [];

    public IHashModel Train(TrainingRequest request)
    {
        var options = new LshOptions { BitCount = request.BitCount, TableCount = request.TableCount, Seed = request.Seed };
        return LshTrainer.Train(options, request.Features.Values.Span, request.Features.Count, request.Features.Dimensions);
    }
}
