// Stamped writes: carried out once, in the order of their numbers, whatever is sent twice, late or early, and wherever the
// database was stopped in between.
using System.Buffers.Binary;
using HashDb.Serialization;
using HashDb.Storage.Checkpoints;
using HashDb.Storage.Faults.Checks;
using HashDb.Storage.Files;
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Engine;

public sealed class WriteStampTests : IAsyncLifetime
{
    private const int Dimensions = 8;

    private readonly TemporaryDirectory _directory = new();
    private readonly Guid _client = Guid.NewGuid();
    private HashDatabase _database = null!;
    private Collection _collection = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await HashDatabase.OpenAsync(_directory.Of("db"), cancellationToken: Cancellation);
        _collection =
            (Collection)await _database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)), Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Insert_sent_twice_is_acknowledged_twice_and_stored_once()
    {
        VectorRecord[] records = Samples.Records(1, 0, 10, Dimensions);
        await _collection.InsertAsync(records, Stamp(0), Cancellation);
        await _collection.InsertAsync(records, Stamp(0), Cancellation);

        _collection.GetStatistics().Count.ShouldBe(10);
        _collection.GetStatistics().LastSequenceNumber.ShouldBe(10);
        (await _collection.GetNextSequenceNumberAsync(_client, Cancellation)).ShouldBe(10);
    }

    [Fact]
    public async Task Insert_sent_twice_in_one_group_is_stored_once()
    {
        VectorRecord[] records = Samples.Records(1, 0, 10, Dimensions);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => _collection.InsertAsync(records, Stamp(0), Cancellation)));

        _collection.GetStatistics().LastSequenceNumber.ShouldBe(10);
    }

    [Fact]
    public async Task Repeated_upsert_and_delete_give_the_count_that_they_gave()
    {
        await _collection.InsertAsync(Samples.Records(1, 0, 4, Dimensions), cancellationToken: Cancellation);

        for (int i = 0; i < 3; i++)
            (await _collection.UpsertAsync(Samples.Records(2, 0, 6, Dimensions), Stamp(0), Cancellation)).ShouldBe(4);
        for (int i = 0; i < 3; i++)
            (await _collection.DeleteAsync([new VectorId(1), new VectorId(9)], Stamp(6), Cancellation)).ShouldBe(1);
        HashDbException old = await Should.ThrowAsync<HashDbException>(
            () => _collection.UpsertAsync(Samples.Records(2, 0, 6, Dimensions), Stamp(0), Cancellation));

        old.Code.ShouldBe(HashDbErrorCode.WriteGap);
        _collection.GetStatistics().Count.ShouldBe(5);
    }

    [Fact]
    public async Task Write_after_a_gap_is_refused_and_nothing_of_it_is_kept()
    {
        await _collection.InsertAsync(Samples.Records(1, 0, 10, Dimensions), Stamp(0), Cancellation);

        HashDbException gap = await Should.ThrowAsync<HashDbException>(
            () => _collection.InsertAsync(Samples.Records(1, 20, 10, Dimensions), Stamp(20), Cancellation));
        HashDbException overlap = await Should.ThrowAsync<HashDbException>(
            () => _collection.InsertAsync(Samples.Records(1, 20, 10, Dimensions), Stamp(5), Cancellation));

        gap.Code.ShouldBe(HashDbErrorCode.WriteGap);
        gap.Message.ShouldContain("20");
        gap.Message.ShouldContain("10");
        overlap.Code.ShouldBe(HashDbErrorCode.WriteGap);
        _collection.GetStatistics().Count.ShouldBe(10);
    }

    [Fact]
    public async Task Write_after_a_refused_one_is_refused_too_so_that_order_holds()
    {
        await _collection.InsertAsync(Samples.Records(1, 5, 1, Dimensions), cancellationToken: Cancellation);
        Task first = _collection.InsertAsync(Samples.Records(1, 0, 10, Dimensions), Stamp(0), Cancellation);
        Task second = _collection.InsertAsync(Samples.Records(1, 10, 10, Dimensions), Stamp(10), Cancellation);

        (await Should.ThrowAsync<HashDbException>(() => first)).Code.ShouldBe(HashDbErrorCode.DuplicateId);
        (await Should.ThrowAsync<HashDbException>(() => second)).Code.ShouldBe(HashDbErrorCode.WriteGap);
        _collection.GetStatistics().Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Positions_survive_a_kill_a_checkpoint_and_a_compaction(bool checkpoint, bool compact)
    {
        await _collection.InsertAsync(Samples.Records(1, 0, 10, Dimensions), Stamp(0), Cancellation);
        if (checkpoint)
            await _collection.Maintenance.CheckpointAsync(Cancellation);
        (await _collection.UpsertAsync(Samples.Records(2, 5, 10, Dimensions), Stamp(10), Cancellation)).ShouldBe(5);
        if (compact)
            await _collection.Maintenance.CompactAsync(Cancellation);
        // The folder as a kill would leave it.
        Folders.Copy(_directory.Of("db"), _directory.Of("killed"));

        await using HashDatabase reopened = await HashDatabase.OpenAsync(_directory.Of("killed"), cancellationToken: Cancellation);
        Collection collection = reopened.GetCollection("c");
        (await collection.GetNextSequenceNumberAsync(_client, Cancellation)).ShouldBe(20);
        (await collection.UpsertAsync(Samples.Records(2, 5, 10, Dimensions), Stamp(10), Cancellation)).ShouldBe(5);
        collection.GetStatistics().LastSequenceNumber.ShouldBe(20);
    }

    [Fact]
    public async Task The_client_whose_last_write_is_oldest_is_forgotten_first()
    {
        Guid[] clients = [.. Enumerable.Range(0, StorageLimits.MaxRememberedClients + 2).Select(_ => Guid.NewGuid())];
        await Task.WhenAll(clients[..StorageLimits.MaxRememberedClients].Select(
            client => _collection.DeleteAsync([new VectorId(1)], new WriteStamp(client, 0), Cancellation)));
        // The writes of the last two make the collection forget, so they need a floor above what is forgotten.
        foreach (Guid client in clients[StorageLimits.MaxRememberedClients..])
        {
            WriteStamp stamp = (await _collection.RegisterAsync(client, Cancellation)).Next;
            await _collection.DeleteAsync([new VectorId(1)], stamp, Cancellation);
        }
        await _collection.Maintenance.CheckpointAsync(Cancellation);
        await _database.DisposeAsync();
        _database = await HashDatabase.OpenAsync(_directory.Of("db"), cancellationToken: Cancellation);
        _collection = _database.GetCollection("c");

        (await _collection.GetNextSequenceNumberAsync(clients[0], Cancellation)).ShouldBe(0);
        (await _collection.GetNextSequenceNumberAsync(clients[1], Cancellation)).ShouldBe(0);
        (await _collection.GetNextSequenceNumberAsync(clients[2], Cancellation)).ShouldBe(1);
        HashDbException forgotten = await Should.ThrowAsync<HashDbException>(
            () => _collection.DeleteAsync([new VectorId(0)], new WriteStamp(clients[0], 1), Cancellation));
        forgotten.Message.ShouldContain($"{StorageLimits.MaxRememberedClients}");
    }

    [Fact]
    public async Task Stamps_that_cannot_be_are_refused()
    {
        VectorRecord[] records = Samples.Records(1, 0, 2, Dimensions);
        await Should.ThrowAsync<ArgumentException>(() => _collection.InsertAsync(records, new WriteStamp(Guid.Empty, 0), Cancellation));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => _collection.InsertAsync(records, Stamp(-1), Cancellation));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(
            () => _collection.InsertAsync(records, Stamp(long.MaxValue - 1), Cancellation));
        _collection.GetStatistics().Count.ShouldBe(0);
    }

    [Fact]
    public async Task Manifest_of_the_version_before_is_read()
    {
        await _collection.InsertAsync(Samples.Records(1, 0, 10, Dimensions), cancellationToken: Cancellation);
        await _database.DisposeAsync();
        string folder = _directory.Of("db/collections/c");
        foreach (string name in new[] { CollectionManifest.FileName, CollectionManifest.CopyFileName })
        {
            // Version 1 lacks the last four fields, which are empty here; its array's header is shorter by two bytes.
            byte[] current = File.ReadAllBytes(Path.Combine(folder, name));
            byte[] bytes =
            [
                .. current[..CollectionManifest.HeaderLength],
                0x90 | CollectionManifest.FieldCountOfVersion1,
                .. current[(CollectionManifest.HeaderLength + 3)..^4]
            ];
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(CollectionManifest.VersionOffset), 1);
            BinaryPrimitives.WriteInt32LittleEndian(
                bytes.AsSpan(CollectionManifest.BodyLengthOffset), bytes.Length - CollectionManifest.HeaderLength);
            ulong seed = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(CollectionManifest.VersionOffset));
            BinaryPrimitives.WriteUInt32LittleEndian(
                bytes.AsSpan(CollectionManifest.ChecksumOffset), Checksum.Compute(bytes.AsSpan(CollectionManifest.HeaderLength), seed));
            File.WriteAllBytes(Path.Combine(folder, name), bytes);
        }

        _database = await HashDatabase.OpenAsync(_directory.Of("db"), cancellationToken: Cancellation);
        _database.GetCollection("c").GetStatistics().Count.ShouldBe(10);
    }

    private WriteStamp Stamp(long sequenceNumber) => new(_client, sequenceNumber);
}
