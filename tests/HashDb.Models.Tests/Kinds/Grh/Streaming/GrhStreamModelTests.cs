using HashDb.Models.Files;
using HashDb.Models.Kinds.Grh.Streaming;

namespace HashDb.Models.Tests.Kinds.Grh.Streaming;

/// <summary>A state is a model like any other, and a file that does not add up is refused.</summary>
public sealed class GrhStreamModelTests : HashModelContract
{
    private static readonly GrhStreamModel Learned = Learn();

    protected override IHashModel Model => Learned;

    [Fact]
    public void A_state_encodes_as_the_model_that_it_publishes()
    {
        float[] vectors = Vectors(200);
        byte[] codes = new byte[200 * Learned.GetHashcodeByteCount()];
        byte[] published = new byte[codes.Length];
        Learned.Encode(vectors, 200, codes);
        Learned.ToModel().Encode(vectors, 200, published);
        published.ShouldBe(codes);
    }

    [Fact]
    public void A_state_that_does_not_add_up_is_refused()
    {
        GrhStreamState state = Learned.State;
        (string Fault, GrhStreamState State)[] faults =
        [
            ("two targets", state with { Labels = [state.Labels[0], .. state.Labels[..^1]] }),
            ("never occurred", state with { Counts = [0, .. state.Counts[1..]] }),
            ("updates", state with { UpdateCount = state.ItemCount + 1 }),
            ("items", state with { ItemCount = -1, UpdateCount = -1 }),
            ("beyond the 32 items", state with { CodeSums = [33, .. state.CodeSums[1..]] }),
            ("Alpha", state with { Options = new GrhStreamOptions { Alpha = 0.5 } }),
            ("cost", state with { Options = new GrhStreamOptions { Cost = 2e6 } }),
            ("rule '7'", state with { Options = new GrhStreamOptions { Rule = (GrhStreamRule)7 } }),
            ("Bits above bit 18", state with { Targets = [.. state.Targets[..2], 0xff, .. state.Targets[3..]] }),
            ("more than 4096", Repeated(state, GrhStreamOptions.MaxClassCount + 1)),
        ];
        foreach ((string fault, GrhStreamState bad) in faults)
        {
            byte[] file = HashModelFile.ToBytes(new GrhStreamModel(Learned.Dimensions, Learned.BitCount, 1, bad, Learned.Preprocessing));
            Should.Throw<CorruptDataException>(() => HashModelFile.FromBytes(file, "state.hdbm"), fault).Message.ShouldContain(fault);
        }
    }

    private static GrhStreamState Repeated(GrhStreamState state, int classes) => state with
    {
        Labels = [.. Enumerable.Range(0, classes)],
        Counts = [.. Enumerable.Repeat(1L, classes)],
        CodeSums = new int[classes * Learned.BitCount],
        Targets = new byte[classes * Learned.GetHashcodeByteCount()],
    };

    private static GrhStreamModel Learn()
    {
        (float[] vectors, ReadOnlyMemory<int>[] labels) = GrhStreamLearnerTests.Items(300, 6, several: true);
        GrhStreamLearner learner = new(GrhStreamLearnerTests.Start(bits: 19), new GrhStreamOptions());
        learner.Learn(vectors, labels);
        return learner.CreateState();
    }
}
