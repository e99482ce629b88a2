using FsCheck;
using FsCheck.Fluent;
using HashDb.Client.Tests.Support;
using HashDb.Models;

namespace HashDb.Client.Tests;

public abstract partial class ClientContract
{
    // Few ids, so that operations meet: inserts of stored ids, deletes of absent ones, updates of deleted ones.
    private const int OracleIds = 60;
    private const int OracleSteps = 60;
    private const int OracleRuns = 12;

    [Fact]
    public void Random_operations_agree_with_a_dictionary()
    {
        int run = 0;
        Prop.ForAll<int>(seed => RunAgainstOracleAsync($"run-{run++}", new Random(seed)).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(OracleRuns));
    }

    private async Task RunAgainstOracleAsync(string name, Random random)
    {
        int tableCount = random.Next(1, 4);
        var metric = (DistanceMetric)random.Next(3);
        IHashModel model = Data.Model(tableCount);
        HashDbCollection collection = await CreateAsync(name, [], metric, tableCount);
        var oracle = new Dictionary<VectorId, VectorRecord>();
        for (int step = 0; step < OracleSteps; step++)
        {
            VectorRecord[] batch =
            [
                .. Enumerable.Range(0, random.Next(1, 8))
                    .Select(_ => Data.Record(random.Next(OracleIds), random.Next(3)))
                    .DistinctBy(record => record.Id)
            ];
            VectorId[] ids = [.. batch.Select(record => record.Id)];
            switch (random.Next(12))
            {
                case 0 or 1 or 2 when ids.Any(oracle.ContainsKey):
                    HashDbException error =
                        await Should.ThrowAsync<HashDbException>(() => collection.InsertAsync(batch, cancellationToken: Cancellation));
                    error.Code.ShouldBe(HashDbErrorCode.DuplicateId);
                    break;
                case 0 or 1 or 2:
                    await collection.InsertAsync(batch, cancellationToken: Cancellation);
                    Keep(batch);
                    break;
                case 3 or 4 or 5:
                    (await collection.UpsertAsync(batch, cancellationToken: Cancellation)).ShouldBe(ids.Count(oracle.ContainsKey));
                    Keep(batch);
                    break;
                case 6 or 7:
                    (await collection.DeleteAsync(ids, cancellationToken: Cancellation)).ShouldBe(ids.Count(oracle.Remove));
                    break;
                case 8:
                    float[] probe = Data.Vector(random.Next(10_000));
                    int radius = random.Next(Data.BitCount + 1);
                    var strategy = (ProbeStrategy)random.Next(3);
                    (await collection.ProbeAsync(
                        probe,
                        new ProbeOptions { Radius = radius, Strategy = strategy },
                        Cancellation)).Hits.ShouldBe(Oracle.Probe(model, oracle.Values, probe, radius));
                    break;
                case 9:
                    float[] query = Data.Vector(random.Next(10_000));
                    int top = random.Next(1, 20);
                    SearchResult result =
                        await collection.SearchAsync(query, new SearchOptions { Top = top, Radius = Data.BitCount }, Cancellation);
                    Oracle.ShouldBeNearest(result.Hits, [.. oracle.Values], query, metric, top);
                    break;
                case 10 when random.Next(2) == 0:
                    await collection.Maintenance.CheckpointAsync(Cancellation);
                    break;
                case 10:
                    (await collection.Maintenance.CompactAsync(Cancellation)).RowsAfter.ShouldBe(oracle.Count);
                    break;
                default:
                    collection = await ReopenAsync(name);
                    break;
            }
        }

        await ShouldHoldAsync(collection, [.. oracle.Values]);

        void Keep(IEnumerable<VectorRecord> records)
        {
            foreach (VectorRecord record in records)
                oracle[record.Id] = record;
        }
    }
}
