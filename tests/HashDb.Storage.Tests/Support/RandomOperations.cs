namespace HashDb.Storage.Tests.Support;

/// <summary>Random writes, issued to a collection and to its oracle alike.</summary>
internal static class RandomOperations
{
    public const int Dimensions = 12;
    public const int IdSpace = 120;

    public static async Task InsertAsync(Collection collection, OracleCollection oracle, Random random, string context)
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

    public static async Task UpsertAsync(Collection collection, OracleCollection oracle, Random random, string context)
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

    public static async Task DeleteAsync(Collection collection, OracleCollection oracle, Random random, string context)
    {
        VectorId[] ids = [.. Enumerable.Range(0, random.Next(1, 8)).Select(_ => new VectorId((ulong)random.Next(IdSpace)))];
        int removed = ids.Count(id => oracle.Records.Remove(id.Value));
        (await collection.DeleteAsync(ids)).ShouldBe(removed, context);
    }

    private static VectorRecord[] RandomRecords(Random random) =>
    [
        .. Enumerable.Range(0, random.Next(1, 6))
            .Select(_ => new VectorRecord
        {
            Id = new VectorId((ulong)random.Next(IdSpace)),
            Vector = Samples.Vector(random, Dimensions),
            Labels = random.Next(2) == 0 ? default : Enumerable.Range(0, random.Next(4)).Select(_ => random.Next()).ToArray(),
            Payload = random.Next(2) == 0 ? default : new byte[] { 0x81, 0xA1, (byte)'k', (byte)random.Next(128) },
        }),
    ];
}
