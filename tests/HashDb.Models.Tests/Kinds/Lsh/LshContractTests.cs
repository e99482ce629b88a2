using HashDb.Models.Kinds.Lsh;

namespace HashDb.Models.Tests.Kinds.Lsh;

public sealed class LshContractTests : HashModelContract
{
    private static readonly LshModel Trained = LshTrainer.Train(
        new LshOptions { BitCount = 64, Seed = 3 }, TestData.Normal(200, 40), 200, 40);

    protected override IHashModel Model => Trained;
}

public sealed class LshOddBitsAndTablesContractTests : HashModelContract
{
    private static readonly LshModel Trained = LshTrainer.Train(
        new LshOptions { BitCount = 11, TableCount = 3, Seed = 4, Orthogonalize = true, Preprocessing = PreprocessingOrder.UnitThenCenter },
        TestData.Normal(100, 270),
        100,
        270);

    protected override IHashModel Model => Trained;
}

public sealed class LshWithoutPreprocessingContractTests : HashModelContract
{
    private static readonly LshModel Trained = LshTrainer.Train(
        new LshOptions { BitCount = 512, Seed = 5, Preprocessing = PreprocessingOrder.None }, 5);

    protected override IHashModel Model => Trained;
}

public sealed class LshCentredContractTests : HashModelContract
{
    private static readonly LshModel Trained = LshTrainer.Train(
        new LshOptions { BitCount = 8, TableCount = 64, Seed = 5, Preprocessing = PreprocessingOrder.Center }, TestData.Normal(9, 17),
        9, 17);

    protected override IHashModel Model => Trained;
}
