using HashDb.Cli.Input;
using HashDb.Models;
using HashDb.Models.Evaluation;

namespace HashDb.Cli.Evaluation;

/// <summary>Trains and measures all models on the same divisions of the rows.</summary>
internal static class RadiusRun
{
    /// <summary>Runs a plan.</summary>
    /// <param name="plan">What to compare.</param>
    /// <param name="data">The rows with labels.</param>
    /// <param name="progress">Told of the steps done.</param>
    /// <param name="cancellationToken">Stops between steps, and within trainings.</param>
    /// <returns>The models in their order, each with all lengths.</returns>
    public static IReadOnlyList<RadiusFigures> Run(
        RadiusPlan plan, LabelledRows data, Action<double> progress, CancellationToken cancellationToken)
    {
        (ModelVariant Variant, int BitCount)[] entries = [.. plan.Models.SelectMany(model => plan.Bits.Select(bits => (model, bits)))];
        var results = new List<RadiusEvaluationResult>[entries.Length];
        var times = new TimeSpan[entries.Length];
        for (int i = 0; i < entries.Length; i++)
            results[i] = [];
        var options = new RadiusEvaluationOptions { TimedQueryCount = plan.TimedQueryCount };
        double done = 0;
        for (int s = 0; s < plan.SeedCount; s++)
        {
            ulong seed = plan.FirstSeed + (ulong)s;
            EvaluationSplit split = EvaluationSplit.Create(data.Count, plan.QueryCount, plan.TrainingCount, seed);
            LabelledRows training = data.Select(split.Training.Span);
            var models = new IHashModel[entries.Length];
            for (int i = 0; i < entries.Length; i++)
            {
                (models[i], TimeSpan time) = entries[i].Variant.Train(training, entries[i].BitCount, seed, cancellationToken);
                times[i] += time;
                progress(++done);
            }

            IReadOnlyList<RadiusEvaluationResult> measured =
                RadiusEvaluation.Run(models, data.Features, data.Labels!, split, options, cancellationToken);
            for (int i = 0; i < entries.Length; i++)
                results[i].Add(measured[i]);
            progress(++done);
        }

        return [.. entries.Select((entry, i) => new RadiusFigures(
            entry.Variant.Name, entry.BitCount, times[i] / plan.SeedCount, RadiusEvaluationResult.Mean(results[i])))];
    }
}
