using HashDb.Models;
using HashDb.Models.Files;
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Generations;

/// <summary>
/// Random sequences of writes, changes of generation, checkpoints and reopens agree with the oracle under the live model.
/// </summary>
public sealed class GenerationOracleTests
{
    private const int Dimensions = RandomOperations.Dimensions;
    private const int Steps = 160;

    [Theory]
    [InlineData(DistanceMetric.Cosine, 1)]
    [InlineData(DistanceMetric.Euclidean, 2)]
    [InlineData(DistanceMetric.Dot, 3)]
    [InlineData(DistanceMetric.Cosine, 4)]
    [InlineData(DistanceMetric.Euclidean, 5)]
    [InlineData(DistanceMetric.Cosine, 6)]
    public async Task Random_operations_with_changes_of_generation_agree_with_the_oracle(DistanceMetric metric, int seed)
    {
        using var directory = new TemporaryDirectory();
        var random = new Random(seed);
        IHashModel model = RandomModel(random);
        IHashModel? kept = null;
        var oracle = new OracleCollection(model, metric);
        HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"));
        Collection collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(model, metric));
        for (int step = 0; step < Steps; step++)
        {
            string context = $"seed {seed}, step {step}";
            switch (random.Next(100))
            {
                case < 25:
                    await RandomOperations.InsertAsync(collection, oracle, random, context);
                    break;
                case < 43:
                    await RandomOperations.UpsertAsync(collection, oracle, random, context);
                    break;
                case < 56:
                    await RandomOperations.DeleteAsync(collection, oracle, random, context);
                    break;
                case < 63:
                    bool keeps = random.Next(4) > 0;
                    kept = keeps ? oracle.Model : null;
                    oracle = oracle.Under(RandomModel(random));
                    await collection.Maintenance.ReindexAsync(
                        oracle.Model, new GenerationOptions { KeepPrevious = keeps, Cores = random.Next(1, 4) });
                    break;
                case < 69:
                    if (kept is null)
                    {
                        (await Should.ThrowAsync<HashDbException>(
                            () => collection.Maintenance.RollbackAsync())).Code.ShouldBe(HashDbErrorCode.NoPreviousGeneration, context);
                        break;
                    }
                    await collection.Maintenance.RollbackAsync();
                    (oracle, kept) = (oracle.Under(kept), null);
                    break;
                case < 70 when kept is not null:
                    await collection.Maintenance.DropPreviousAsync();
                    kept = null;
                    break;
                case < 74:
                    await collection.Maintenance.CompactAsync();
                    collection.GetStatistics().DeadRows.ShouldBe(0, context);
                    break;
                case < 78:
                    await collection.Maintenance.CheckpointAsync();
                    break;
                case < 83:
                    await database.DisposeAsync();
                    database = await HashDatabase.OpenAsync(directory.Of("db"));
                    collection = database.GetCollection("c");
                    break;
                default:
                    Answers.ShouldAgree(collection, oracle, Samples.Vector(random, Dimensions), context);
                    break;
            }
            CollectionStatistics statistics = collection.GetStatistics();
            statistics.ModelFingerprint.ShouldBe(HashModelFile.Fingerprint(oracle.Model), context);
            (statistics.PreviousGeneration?.ModelFingerprint).ShouldBe(kept is null ? null : HashModelFile.Fingerprint(kept), context);
            ulong id = (ulong)random.Next(RandomOperations.IdSpace);
            Answers.RecordShouldBe(collection.Get(new VectorId(id)), oracle.Records.GetValueOrDefault(id), context);
        }
        await database.DisposeAsync();
        VerificationReport report = await HashDatabase.VerifyAsync(directory.Of("db"));
        report.Damages.ShouldBeEmpty();
        report.RowsChecked.ShouldBe(oracle.Records.Count);
    }

    private static IHashModel RandomModel(Random random) =>
        Samples.Model(Dimensions, random.Next(8, 129), random.Next(1, 4), (ulong)random.Next(100));
}
