using HashDb.Models;
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Engine;

/// <summary>Random sequences of every operation agree with the oracle, whatever happens in between.</summary>
public sealed class OracleTests
{
    private const int Dimensions = RandomOperations.Dimensions;
    private const int IdSpace = RandomOperations.IdSpace;

    [Theory]
    [InlineData(8, 1, DistanceMetric.Cosine, 1)]
    [InlineData(16, 1, DistanceMetric.Euclidean, 2)]
    [InlineData(16, 3, DistanceMetric.Cosine, 3)]
    [InlineData(37, 1, DistanceMetric.Dot, 4)]
    [InlineData(64, 2, DistanceMetric.Cosine, 5)]
    [InlineData(100, 1, DistanceMetric.Euclidean, 6)]
    [InlineData(130, 2, DistanceMetric.Cosine, 7)]
    [InlineData(512, 1, DistanceMetric.Cosine, 8)]
    public async Task Random_operations_with_reopen_checkpoint_and_compaction_agree_with_the_oracle(
        int bitCount, int tableCount, DistanceMetric metric, int seed)
    {
        using var directory = new TemporaryDirectory();
        IHashModel model = Samples.Model(Dimensions, bitCount, tableCount);
        var oracle = new OracleCollection(model, metric);
        var random = new Random(seed);
        HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"));
        Collection collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(model, metric));
        for (int step = 0; step < 220; step++)
        {
            string context = $"seed {seed}, step {step}";
            switch (random.Next(100))
            {
                case < 35:
                    await RandomOperations.InsertAsync(collection, oracle, random, context);
                    break;
                case < 60:
                    await RandomOperations.UpsertAsync(collection, oracle, random, context);
                    break;
                case < 80:
                    await RandomOperations.DeleteAsync(collection, oracle, random, context);
                    break;
                case < 84:
                    await collection.Maintenance.CheckpointAsync();
                    break;
                case < 87:
                    await collection.Maintenance.CompactAsync();
                    collection.GetStatistics().DeadRows.ShouldBe(0, context);
                    break;
                case < 91:
                    await database.DisposeAsync();
                    database = await HashDatabase.OpenAsync(directory.Of("db"));
                    collection = database.GetCollection("c");
                    break;
                default:
                    Answers.ShouldAgree(collection, oracle, Samples.Vector(random, Dimensions), context);
                    break;
            }
            ulong id = (ulong)random.Next(IdSpace);
            Answers.RecordShouldBe(collection.Get(new VectorId(id)), oracle.Records.GetValueOrDefault(id), context);
        }
        await database.DisposeAsync();
        VerificationReport report = await HashDatabase.VerifyAsync(directory.Of("db"));
        report.Damages.ShouldBeEmpty();
        report.RowsChecked.ShouldBe(oracle.Records.Count);
    }
}
