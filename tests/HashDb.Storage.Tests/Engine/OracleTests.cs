using HashDb.Models;
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Engine;

/// <summary>Random sequences of every operation agree with the oracle, whatever happens in between.</summary>
public sealed class OracleTests
{
    private const int Dimensions = 12;
    private const int IdSpace = 120;

    [Theory]
    [InlineData(8, 1, DistanceMetric.Cosine, 1)]
    [InlineData(16, 1, DistanceMetric.Euclidean, 2)]
    [InlineData(16, 3, DistanceMetric.Cosine, 3)]
    [InlineData(37, 1, DistanceMetric.Dot, 4)]
    [InlineData(64, 2, DistanceMetric.Cosine, 5)]
    [InlineData(100, 1, DistanceMetric.Euclidean, 6)]
    [InlineData(130, 2, DistanceMetric.Cosine, 7)]
    [InlineData(512, 1, DistanceMetric.Cosine, 8)]
    public async Task Random_operations_with_reopen_checkpoint_and_compaction_agree_with_the_oracle(int bitCount, int tableCount, DistanceMetric metric, int seed)
    {
        using var directory = new TemporaryDirectory();
        IHashModel model = Samples.Model(Dimensions, bitCount, tableCount);
        var oracle = new OracleCollection(model, metric);
        var random = new Random(seed);
        HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"));
        Collection collection = await database.CreateCollectionAsync("c", new CollectionOptions(model, metric));
        for (int step = 0; step < 220; step++)
        {
            string context = $"seed {seed}, step {step}";
            switch (random.Next(100))
            {
                case < 35:
                    await InsertAsync(collection, oracle, random, context);
                    break;
                case < 60:
                    await UpsertAsync(collection, oracle, random, context);
                    break;
                case < 80:
                    await DeleteAsync(collection, oracle, random, context);
                    break;
                case < 84:
                    await collection.CheckpointAsync();
                    break;
                case < 87:
                    await collection.CompactAsync();
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
            RecordShouldBe(collection.Get(new VectorId(id)), oracle.Records.GetValueOrDefault(id), context);
        }
        await database.DisposeAsync();
        VerificationReport report = await HashDatabase.VerifyAsync(directory.Of("db"));
        report.Damages.ShouldBeEmpty();
        report.RowsChecked.ShouldBe(oracle.Records.Count);
    }

    private static async Task InsertAsync(Collection collection, OracleCollection oracle, Random random, string context)
    {
        VectorRecord[] records = RandomRecords(random);
        ulong[] ids = [.. records.Select(record => record.Id.Value)];
        bool refused = ids.Distinct().Count() < ids.Length || ids.Any(oracle.Records.ContainsKey);
        if (refused)
        {
            HashDbException exception = await Should.ThrowAsync<HashDbException>(() => collection.InsertAsync(records));
            exception.Code.ShouldBe(HashDbErrorCode.DuplicateId, context);
            return;
        }
        await collection.InsertAsync(records);
        foreach (VectorRecord record in records)
            oracle.Records[record.Id.Value] = record;
    }

    private static async Task UpsertAsync(Collection collection, OracleCollection oracle, Random random, string context)
    {
        VectorRecord[] records = RandomRecords(random);
        int replaced = 0;
        foreach (VectorRecord record in records)
        {
            if (oracle.Records.ContainsKey(record.Id.Value))
                replaced++;
            oracle.Records[record.Id.Value] = record;
        }
        (await collection.UpsertAsync(records)).ShouldBe(replaced, context);
    }

    private static async Task DeleteAsync(Collection collection, OracleCollection oracle, Random random, string context)
    {
        VectorId[] ids = [.. Enumerable.Range(0, random.Next(1, 8)).Select(_ => new VectorId((ulong)random.Next(IdSpace)))];
        int removed = ids.Count(id => oracle.Records.Remove(id.Value));
        (await collection.DeleteAsync(ids)).ShouldBe(removed, context);
    }

    private static VectorRecord[] RandomRecords(Random random) =>
    [
        .. Enumerable.Range(0, random.Next(1, 6)).Select(_ => new VectorRecord(new VectorId((ulong)random.Next(IdSpace)), Samples.Vector(random, Dimensions))
        {
            Labels = random.Next(2) == 0 ? default : Enumerable.Range(0, random.Next(4)).Select(_ => random.Next()).ToArray(),
            Payload = random.Next(2) == 0 ? default : new byte[] { 0x81, 0xA1, (byte)'k', (byte)random.Next(128) },
        }),
    ];

    private static void RecordShouldBe(VectorRecord? actual, VectorRecord? expected, string context)
    {
        (actual is null).ShouldBe(expected is null, context);
        if (actual is null || expected is null)
            return;
        actual.Id.ShouldBe(expected.Id, context);
        actual.Vector.ToArray().ShouldBe(expected.Vector.ToArray(), context);
        actual.Labels.ToArray().ShouldBe(expected.Labels.ToArray(), context);
        actual.Payload.ToArray().ShouldBe(expected.Payload.ToArray(), context);
    }
}
