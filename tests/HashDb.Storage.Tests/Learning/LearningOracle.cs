using HashDb.Client.Tests.Support;
using HashDb.Models;
using HashDb.Models.Files;
using HashDb.Models.Kinds.Grh.Streaming;
using HashDb.Models.Training;
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Learning;

/// <summary>
/// A learner in memory that is fed what a collection acknowledged; the collection's draft must be the same, byte for byte.
/// </summary>
internal sealed class LearningOracle(IHashModel start)
{
    private GrhStreamLearner? _learner;

    /// <summary>Labels of the stored records, for neighbours.</summary>
    public Dictionary<ulong, int[]> Stored { get; } = [];

    public void Discard() => _learner = null;

    public void Learn(IReadOnlyList<LabelledVector> items)
    {
        _learner ??= new GrhStreamLearner(start, new GrhStreamOptions());
        foreach (LabelledVector item in items)
            _learner.Learn(item.Vector.Span, [LabelsOf(item)]);
    }

    public void ShouldEqual(Collection collection, string context)
    {
        IStreamState? draft = collection.Core.Commit.Draft.Snapshot()?.State;
        (draft is null).ShouldBe(_learner is null, context);
        if (draft is not null)
            HashModelFile.ToBytes(draft.AsModel()).ShouldBe(HashModelFile.ToBytes(_learner!.CreateState()), context);
    }

    public static LabelledVector[] RandomItems(Random random, int count, int dimensions) =>
    [
        .. Enumerable.Range(0, count).Select(_ =>
        {
            var item = new LabelledVector { Vector = Samples.Vector(random, dimensions) };
            return random.Next(3) == 0
                ? item.With(neighbours: Enumerable.Range(0, random.Next(1, 6)).Select(_ => new VectorId((ulong)random.Next(60))).ToArray())
                : item.With(labels: Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(15)).Distinct().ToArray());
        }),
    ];

    private ReadOnlyMemory<int> LabelsOf(LabelledVector item) => item.Neighbours.IsEmpty
        ? item.Labels
        : item.Neighbours.ToArray().SelectMany(id => Stored.GetValueOrDefault(id.Value, [])).ToArray();
}
