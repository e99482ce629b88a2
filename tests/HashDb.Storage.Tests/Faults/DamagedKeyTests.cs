// A damaged record under a text for a key was read before a write in its place, to see whether it has the same key. What that met ended the
// collection: writes of others failed with it, and again after each opening. Under numbers the same write mends the record.
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Faults;

public sealed class DamagedKeyTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Record_that_is_damaged_is_mended_by_a_write_in_its_place()
    {
        var options = new CollectionOptions(Samples.Model(4, 16)) { Keys = KeyKind.String };
        await using (HashDatabase database = await HashDatabase.OpenAsync(_directory.Path))
        {
            HashDbCollection made = await database.CreateCollectionAsync("c", options);
            await made.InsertAsync([.. Enumerable.Range(0, 20).Select(i => Record(i, "first"))]);
        }
        string path = Directory.GetFiles(_directory.Path, "blobs-0000", SearchOption.AllDirectories).ShouldHaveSingleItem();
        byte[] bytes = File.ReadAllBytes(path);
        bytes[bytes.AsSpan().IndexOf("key 7"u8)] ^= 1;
        File.WriteAllBytes(path, bytes);

        await using HashDatabase opened = await HashDatabase.OpenAsync(_directory.Path);
        HashDbCollection collection = await opened.GetCollectionAsync("c");
        RecordKey damaged = "key 7";
        await Should.ThrowAsync<CorruptDataException>(() => collection.GetAsync(damaged.Id));
        await collection.UpsertAsync(Record(7, "second"));
        await collection.UpsertAsync(Record(8, "second"));

        (await collection.GetAsync(damaged.Id)).ShouldNotBeNull().Fields["text"].AsString().ShouldBe("second");
        (await collection.CountAsync()).ShouldBe(20);
    }

    private static VectorRecord Record(int number, string text) => new()
    {
        Key = $"key {number}",
        Vector = Samples.Vector(new Random(number), 4),
        Fields = new RecordFields { ["text"] = text },
    };
}
