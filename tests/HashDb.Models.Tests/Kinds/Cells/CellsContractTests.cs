using HashDb.Models.Data;
using HashDb.Models.Kinds.Cells;

namespace HashDb.Models.Tests.Kinds.Cells;

public sealed class CellsContractTests : HashModelContract
{
    private static readonly CellsModel Trained = CellsTrainer.Train(
        new CellsOptions { CellCount = 300, Seed = 3, Metric = DistanceMetric.Cosine },
        new FeatureMatrix(TestData.Normal(2_000, 40), 40));

    protected override IHashModel Model => Trained;
}

public sealed class CellsOfEuclideanVectorsContractTests : HashModelContract
{
    private static readonly CellsModel Trained = CellsTrainer.Train(
        new CellsOptions { CellCount = 7, Seed = 4, Metric = DistanceMetric.Euclidean },
        new FeatureMatrix(TestData.Normal(100, 17), 17));

    protected override IHashModel Model => Trained;
}
