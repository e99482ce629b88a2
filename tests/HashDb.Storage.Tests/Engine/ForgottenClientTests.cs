// A client wrote once, and its answer was lost. Before it asked again, 4,096 other clients wrote, so the collection had forgotten it, took
// it for a new one and carried its write out a second time: over whatever had been written since. A client that is not known is now new
// only where it cannot be a forgotten one: while none was forgotten, or with a floor, the number that the log was at when it registered.
using System.Buffers;
using System.Buffers.Binary;
using HashDb.Serialization;
using HashDb.Storage.Checkpoints;
using HashDb.Storage.Faults.Checks;
using HashDb.Storage.Tests.Support;
using MessagePack;

namespace HashDb.Storage.Tests.Engine;

public sealed class ForgottenClientTests : IAsyncLifetime
{
    private const int Dimensions = 8;

    private readonly TemporaryDirectory _directory = new();
    private readonly Guid _client = Guid.NewGuid();
    private HashDatabase _database = null!;
    private Collection _collection = null!;

    /// <summary>What happens to the database between the writes of the others and the repeat.</summary>
    public enum Between
    {
        Nothing,
        Checkpoint,
        Restart,
        Kill,
        KillAfterCheckpoint,
        Compaction,
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await OpenAsync("db");

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(Between.Nothing)]
    [InlineData(Between.Checkpoint)]
    [InlineData(Between.Restart)]
    [InlineData(Between.Kill)]
    [InlineData(Between.KillAfterCheckpoint)]
    [InlineData(Between.Compaction)]
    public async Task First_write_sent_again_after_4096_other_clients_is_not_carried_out_again(Between between)
    {
        VectorRecord[] old = Samples.Records(1, 7, 1, Dimensions);
        VectorRecord[] current = Samples.Records(2, 7, 1, Dimensions);
        await _collection.UpsertAsync(old, new WriteStamp(_client, 0), Cancellation);
        await _collection.UpsertAsync(current, cancellationToken: Cancellation);
        await LetOthersWriteAsync(StorageLimits.MaxRememberedClients);
        await PassAsync(between);

        HashDbException refusal = await Should.ThrowAsync<HashDbException>(
            () => _collection.UpsertAsync(old, new WriteStamp(_client, 0), Cancellation));

        refusal.Code.ShouldBe(HashDbErrorCode.WriteGap);
        refusal.Message.ShouldContain("Register");
        _collection.Get(new VectorId(7))!.Vector.ToArray().ShouldBe(current[0].Vector.ToArray());
    }

    [Theory]
    [InlineData(Between.Nothing)]
    [InlineData(Between.Checkpoint)]
    [InlineData(Between.Restart)]
    [InlineData(Between.Kill)]
    [InlineData(Between.Compaction)]
    public async Task Registered_client_begins_where_others_are_forgotten_and_is_refused_once_it_may_be_too(Between between)
    {
        await LetOthersWriteAsync(StorageLimits.MaxRememberedClients + 1);
        ClientRegistration registration = await _collection.RegisterAsync(_client, Cancellation);
        await PassAsync(between);

        registration.MayBeForgotten.ShouldBeTrue();
        registration.Next.SequenceNumber.ShouldBe(0);
        VectorRecord[] records = Samples.Records(1, 7, 1, Dimensions);
        await _collection.InsertAsync(records, registration.Next, Cancellation);
        await _collection.InsertAsync(records, registration.Next, Cancellation);
        _collection.GetStatistics().Count.ShouldBe(1);

        await _collection.DeleteAsync([new VectorId(7)], cancellationToken: Cancellation);
        await LetOthersWriteAsync(StorageLimits.MaxRememberedClients);
        await PassAsync(between);
        (await Should.ThrowAsync<HashDbException>(() => _collection.InsertAsync(records, registration.Next, Cancellation)))
            .Code.ShouldBe(HashDbErrorCode.WriteGap);
        _collection.GetStatistics().Count.ShouldBe(0);
    }

    [Fact]
    public async Task Client_without_a_floor_is_new_while_none_was_forgotten()
    {
        await LetOthersWriteAsync(StorageLimits.MaxRememberedClients);
        (await _collection.RegisterAsync(Guid.NewGuid(), Cancellation)).MayBeForgotten.ShouldBeFalse();
        await _collection.DeleteAsync([new VectorId(0)], new WriteStamp(_client, 0), Cancellation);

        (await Should.ThrowAsync<HashDbException>(
            () => _collection.DeleteAsync([new VectorId(0)], new WriteStamp(Guid.NewGuid(), 0), Cancellation)))
            .Code.ShouldBe(HashDbErrorCode.WriteGap);
        (await _collection.RegisterAsync(Guid.NewGuid(), Cancellation)).MayBeForgotten.ShouldBeTrue();
    }

    [Fact]
    public async Task Client_that_registers_again_gets_a_floor_that_covers_what_it_wrote()
    {
        await _collection.DeleteAsync([new VectorId(0)], new WriteStamp(_client, 0), Cancellation);
        ClientRegistration registration = await _collection.RegisterAsync(_client, Cancellation);
        registration.Next.SequenceNumber.ShouldBe(1);
        registration.MayBeForgotten.ShouldBeFalse();
        await LetOthersWriteAsync(StorageLimits.MaxRememberedClients);

        foreach (WriteStamp stamp in new[] { registration.Next, registration.Next with { SequenceNumber = 0 } })
            (await Should.ThrowAsync<HashDbException>(() => _collection.DeleteAsync([new VectorId(0)], stamp, Cancellation)))
                .Code.ShouldBe(HashDbErrorCode.WriteGap);
    }

    [Fact]
    public async Task Floor_of_another_collection_is_refused_with_what_it_is_compared_with()
    {
        HashDbException refusal = await Should.ThrowAsync<HashDbException>(
            () => _collection.DeleteAsync([new VectorId(0)], new WriteStamp(_client, 0, 500), Cancellation));

        refusal.Code.ShouldBe(HashDbErrorCode.WriteGap);
        refusal.Message.ShouldContain("500");
        await Should.ThrowAsync<ArgumentOutOfRangeException>(
            () => _collection.DeleteAsync([new VectorId(0)], new WriteStamp(_client, 0, 0), Cancellation));
        await Should.ThrowAsync<ArgumentException>(() => _collection.RegisterAsync(Guid.Empty, Cancellation));
    }

    [Fact]
    public async Task Registration_flushes_what_its_floor_stands_on()
    {
        // After a loss of power the log would go on below the floor, and a forgotten client would look like a new one.
        await using HashDatabase database = await HashDatabase.OpenAsync(
            _directory.Of("lazy"), new DatabaseOptions { Durability = DurabilityMode.None }, cancellationToken: Cancellation);
        var collection =
            (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)), Cancellation);
        await collection.InsertAsync(Samples.Records(1, 0, 5, Dimensions), cancellationToken: Cancellation);
        collection.GetStatistics().DurableSequenceNumber.ShouldBeLessThan(5);

        ClientRegistration registration = await collection.RegisterAsync(_client, Cancellation);

        collection.GetStatistics().DurableSequenceNumber.ShouldBe(5);
        registration.Next.ShouldBe(new WriteStamp(_client, 0, 6));
    }

    [Theory]
    [InlineData(StorageLimits.MaxRememberedClients, true)]
    [InlineData(StorageLimits.MaxRememberedClients - 1, false)]
    public async Task Manifest_of_version_2_that_is_full_may_have_forgotten_clients(int clients, bool mayBeForgotten)
    {
        await LetOthersWriteAsync(clients);
        await _collection.Maintenance.CheckpointAsync(Cancellation);
        await _database.DisposeAsync();
        foreach (string name in new[] { CollectionManifest.FileName, CollectionManifest.CopyFileName })
            WriteAsVersion2(Path.Combine(_directory.Of("db/collections/c"), name), firstWrite: 100);

        await OpenAsync("db");

        (await _collection.RegisterAsync(Guid.NewGuid(), Cancellation)).MayBeForgotten.ShouldBe(mayBeForgotten);
        (await _collection.GetNextSequenceNumberAsync(_client, Cancellation)).ShouldBe(0);
    }

    private async Task OpenAsync(string name)
    {
        _database = await HashDatabase.OpenAsync(_directory.Of(name), cancellationToken: Cancellation);
        _collection = (Collection)await _database.GetOrCreateCollectionAsync(
            "c", new CollectionOptions(Samples.Model(Dimensions, 16)), Cancellation);
    }

    /// <summary>Others write once each, under a floor of now.</summary>
    private async Task LetOthersWriteAsync(int count)
    {
        WriteStamp floor = (await _collection.RegisterAsync(Guid.NewGuid(), Cancellation)).Next;
        await Task.WhenAll(Enumerable.Range(0, count).Select(i => _collection.DeleteAsync(
            [new VectorId(1_000_000)], floor with { ClientId = Guid.NewGuid() }, Cancellation)));
    }

    private async Task PassAsync(Between between)
    {
        if (between is Between.Checkpoint or Between.KillAfterCheckpoint)
            await _collection.Maintenance.CheckpointAsync(Cancellation);
        if (between == Between.Compaction)
            await _collection.Maintenance.CompactAsync(Cancellation);
        if (between is Between.Kill or Between.KillAfterCheckpoint)
        {
            // The folder as a kill would leave it.
            string killed = Guid.NewGuid().ToString("N");
            Folders.Copy(_database.DirectoryPath, _directory.Of(killed));
            await _database.DisposeAsync();
            await OpenAsync(killed);
        }
        if (between == Between.Restart)
        {
            await _database.DisposeAsync();
            await OpenAsync("db");
        }
    }

    /// <summary>Writes a manifest as the version before did: clients without digests, and not how far clients are forgotten.</summary>
    private static void WriteAsVersion2(string path, long firstWrite)
    {
        CollectionManifest manifest = CollectionManifest.Read(path);
        var reader = new StrictMessagePackReader(File.ReadAllBytes(path).AsMemory(CollectionManifest.HeaderLength));
        reader.ReadArrayHeader();
        int before = (int)reader.Consumed;
        for (int field = 0; field < CollectionManifest.FieldCountOfVersion1; field++)
            reader.Skip();
        byte[] fields = File.ReadAllBytes(path)[
            (CollectionManifest.HeaderLength + before)..(CollectionManifest.HeaderLength + (int)reader.Consumed)];
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write(new byte[CollectionManifest.HeaderLength]);
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(CollectionManifest.FieldCountOfVersion2);
        writer.WriteRaw(fields);
        writer.WriteArrayHeader(manifest.Clients.Count);
        foreach ((Guid client, Commit.ClientPosition position) in manifest.Clients)
        {
            writer.WriteArrayHeader(4);
            writer.Write(client.ToByteArray(bigEndian: true));
            writer.Write(position.Next);
            writer.Write(position.Affected);
            writer.Write(position.LastWrite + firstWrite);
        }
        writer.WriteNil();
        writer.Write(0);
        writer.Flush();
        byte[] bytes = buffer.WrittenSpan.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, CollectionManifest.Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(CollectionManifest.VersionOffset), 2);
        BinaryPrimitives.WriteInt32LittleEndian(
            bytes.AsSpan(CollectionManifest.BodyLengthOffset), bytes.Length - CollectionManifest.HeaderLength);
        ulong seed = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(CollectionManifest.VersionOffset));
        BinaryPrimitives.WriteUInt32LittleEndian(
            bytes.AsSpan(CollectionManifest.ChecksumOffset), Checksum.Compute(bytes.AsSpan(CollectionManifest.HeaderLength), seed));
        File.WriteAllBytes(path, bytes);
    }
}
