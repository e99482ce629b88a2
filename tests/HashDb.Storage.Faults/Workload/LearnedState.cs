using HashDb.Models;
using HashDb.Models.Files;
using HashDb.Models.Kinds.Grh.Streaming;
using HashDb.Models.Training;

namespace HashDb.Storage.Faults.Workload;

/// <summary>What the learning collection must hold: its model, its draft byte for byte, and the labels of its items.</summary>
internal sealed class LearnedState
{
    private readonly Dictionary<ulong, int[]> _labels = [];
    private IHashModel _live = LearnStep.Options.Model!;
    private GrhStreamLearner? _learner;

    public void Store(IEnumerable<VectorRecord> records)
    {
        foreach (VectorRecord record in records)
            _labels[record.Id.Value] = record.Labels.ToArray();
    }

    public void Learn(IReadOnlyList<LabelledVector> items)
    {
        _learner ??= new GrhStreamLearner(_live, new GrhStreamOptions());
        foreach (LabelledVector item in items)
        {
            ReadOnlyMemory<int> labels = item.Neighbours.IsEmpty
                ? item.Labels
                : item.Neighbours.ToArray().SelectMany(id => _labels.GetValueOrDefault(id.Value, [])).ToArray();
            _learner.Learn(item.Vector.Span, [labels]);
        }
    }

    public void Discard() => _learner = null;

    public void Publish() => _live = _learner is null ? _live : _learner.CreateModel();

    public void Move(IHashModel model)
    {
        _live = model;
        if (_learner is not null && _learner.BitCount != model.BitCount)
            _learner = null;
    }

    /// <summary>What differs, or null.</summary>
    public string? Difference(Collection collection)
    {
        if (collection.Description.ModelFingerprint != HashModelFile.Fingerprint(_live))
            return "another model serves";
        if (collection.GetStatistics().Count != _labels.Count)
            return $"{collection.GetStatistics().Count} records are stored and {_labels.Count} must be";
        IStreamState? draft = collection.Core.Commit.Draft.Snapshot()?.State;
        if (draft is null || _learner is null)
            return draft is null && _learner is null
                ? null
                : $"the draft has {draft?.ItemCount ?? 0} items and must have {_learner?.ItemCount ?? 0}";
        return HashModelFile.ToBytes(draft.AsModel()).AsSpan().SequenceEqual(HashModelFile.ToBytes(_learner.CreateState()))
            ? null
            : $"the draft of {draft.ItemCount} items is not what {_learner.ItemCount} items make";
    }
}
