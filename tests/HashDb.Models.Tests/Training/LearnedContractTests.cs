using HashDb.Models.Data;
using HashDb.Models.Kinds.Gph;
using HashDb.Models.Kinds.Grh;
using HashDb.Models.Kinds.Itq;

namespace HashDb.Models.Tests.Training;

/// <summary>Small trained models of each learned kind, the same on every run.</summary>
internal static class SmallModels
{
    private static readonly (FeatureMatrix Vectors, LabelSet Labels) Data = Blobs.Classes(240);

    public static GphModel Gph() => GphTrainer.Train(
        new GphOptions { BitCount = 20, InducingPointCount = 37, LengthScale = 1, Seed = 2026 }, Data.Vectors, Data.Labels);

    public static IHashModel GrhLinear() => GrhTrainer.Train(
        new GrhOptions { BitCount = 20, Seed = 2026, Learner = GrhLearner.Svm }, Data.Vectors, Data.Labels);

    public static IHashModel GrhKernel() => GrhTrainer.Train(
        new GrhOptions { BitCount = 20, Seed = 2026, Learner = GrhLearner.Kernel, AnchorCount = 37, Start = GrhStart.CcaItq },
        Data.Vectors, Data.Labels);

    public static ItqModel Itq() => ItqTrainer.Train(new ItqOptions { BitCount = 11, Seed = 2026 }, Data.Vectors);

    public static CcaItqModel CcaItq() => CcaItqTrainer.Train(new CcaItqOptions { BitCount = 20, Seed = 2026 }, Data.Vectors, Data.Labels);
}

public sealed class GphContractTests : HashModelContract
{
    private static readonly IHashModel Trained = SmallModels.Gph();

    protected override IHashModel Model => Trained;
}

public sealed class GrhLinearContractTests : HashModelContract
{
    private static readonly IHashModel Trained = SmallModels.GrhLinear();

    protected override IHashModel Model => Trained;
}

public sealed class GrhKernelContractTests : HashModelContract
{
    private static readonly IHashModel Trained = SmallModels.GrhKernel();

    protected override IHashModel Model => Trained;
}

public sealed class ItqContractTests : HashModelContract
{
    private static readonly IHashModel Trained = SmallModels.Itq();

    protected override IHashModel Model => Trained;
}

public sealed class CcaItqContractTests : HashModelContract
{
    private static readonly IHashModel Trained = SmallModels.CcaItq();

    protected override IHashModel Model => Trained;
}
