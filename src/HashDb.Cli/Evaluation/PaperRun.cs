using HashDb.Cli.Input;
using HashDb.Models;

namespace HashDb.Cli.Evaluation;

/// <summary>Trains every model of the comparison and ranks the rows that were held out.</summary>
internal sealed class PaperRun
{
    private readonly PaperPlan _plan;
    private readonly LabelledRows _data;
    private readonly LabelledRows _test;
    private LabelledRows? _training;

    public PaperRun(PaperPlan plan, LabelledRows data)
    {
        _plan = plan;
        _data = data;
        _test = data.Select(plan.TestRows(data.Count));
    }

    /// <summary>Runs the plan.</summary>
    /// <param name="finished">Told of each line of the table, in order.</param>
    /// <param name="finishedByBits">Told of each point of the drawing of mAP by bits.</param>
    /// <param name="progress">Told of the trainings done.</param>
    /// <param name="cancellationToken">Stops within a training or a ranking.</param>
    public bool Run(
        Action<PaperResult> finished, Action<PaperResult> finishedByBits, Action<double> progress, CancellationToken cancellationToken)
    {
        double done = 0;
        foreach (PaperRow row in _plan.Rows.Where(row => row.TrainingCount == _plan.SmallTrainingCount))
        {
            finished(Measure(row, _plan.BitCount, cancellationToken));
            progress(++done);
        }

        foreach (PaperRow row in _plan.RowsByBits)
        {
            foreach (int bitCount in PaperPlan.Lengths)
            {
                if (bitCount <= row.Model.Trainer.MaxBitCount)
                    finishedByBits(Measure(row, bitCount, cancellationToken));
                progress(++done);
            }
        }

        foreach (PaperRow row in _plan.Rows.Where(row => row.TrainingCount != _plan.SmallTrainingCount))
        {
            finished(Measure(row, _plan.BitCount, cancellationToken));
            progress(++done);
        }

        return true;
    }

    private PaperResult Measure(PaperRow row, int bitCount, CancellationToken cancellationToken)
    {
        if (_training?.Count != row.TrainingCount)
            _training = _data.Select(_plan.TrainingRows(_data.Count, row.TrainingCount));
        (IHashModel model, TimeSpan time) = row.Model.Train(_training, bitCount, _plan.Seed, cancellationToken);
        return new PaperResult(row, time, RankingRun.Run(model, _test, null, cancellationToken));
    }
}
