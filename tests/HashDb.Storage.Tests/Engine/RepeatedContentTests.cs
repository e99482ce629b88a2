// Two programs used one client id by mistake. The second one's writes had numbers that were used, so they were acknowledged as repeats of
// the first one's, and nothing of them was stored. A repeat must have the content of the write that was carried out; what the collection
// itself adds to a write (hashcodes, the labels of neighbours) does not count.
using System.Buffers.Binary;
using HashDb.Serialization;
using HashDb.Storage.Faults.Checks;
using HashDb.Storage.Files;
using HashDb.Storage.Log;
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Engine;

public sealed class RepeatedContentTests : IAsyncLifetime
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

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Other_write_under_used_numbers_is_refused_also_after_a_kill(bool checkpoint, bool kill)
    {
        VectorRecord[] records = Samples.Records(1, 0, 10, Dimensions);
        await _collection.InsertAsync(records, Stamp(0), Cancellation);
        await _collection.DeleteAsync([new VectorId(1), new VectorId(2)], Stamp(10), Cancellation);
        if (checkpoint)
            await _collection.Maintenance.CheckpointAsync(Cancellation);
        if (kill)
        {
            Folders.Copy(_directory.Of("db"), _directory.Of("killed"));
            await _database.DisposeAsync();
            _database = await HashDatabase.OpenAsync(_directory.Of("killed"), cancellationToken: Cancellation);
            _collection = _database.GetCollection("c");
        }

        await RefusedAsync(() => _collection.InsertAsync(Samples.Records(2, 100, 10, Dimensions), Stamp(0), Cancellation));
        await RefusedAsync(() => _collection.InsertAsync(Samples.Records(1, 0, 9, Dimensions), Stamp(0), Cancellation));
        await RefusedAsync(() => _collection.InsertAsync(Samples.Records(1, 0, 9, Dimensions), Stamp(1), Cancellation));
        await RefusedAsync(() => _collection.UpsertAsync(records, Stamp(0), Cancellation));
        await RefusedAsync(() => _collection.DeleteAsync([new VectorId(1), new VectorId(3)], Stamp(10), Cancellation));
        await RefusedAsync(() => _collection.InsertAsync(With(records, label: 5), Stamp(0), Cancellation));
        await _collection.InsertAsync(records, Stamp(0), Cancellation);
        (await _collection.DeleteAsync([new VectorId(1), new VectorId(2)], Stamp(10), Cancellation)).ShouldBe(2);
        _collection.GetStatistics().Count.ShouldBe(8);
        _collection.GetStatistics().LastSequenceNumber.ShouldBe(12);
    }

    [Fact]
    public async Task Other_write_in_the_same_group_is_refused()
    {
        Task[] writes =
        [
            .. Enumerable.Range(0, 40).Select(i => _collection.InsertAsync(
                Samples.Records(1, i % 2 == 0 ? 0ul : 50ul, 10, Dimensions), Stamp(0), Cancellation)),
        ];

        await Task.WhenAll(writes.Where((_, i) => i % 2 == 0));
        foreach (Task other in writes.Where((_, i) => i % 2 == 1))
            await RefusedAsync(() => other);
        _collection.GetStatistics().Count.ShouldBe(10);
    }

    [Fact]
    public async Task Repeats_beyond_the_last_64_writes_are_answered_by_their_numbers()
    {
        for (int i = 0; i <= StorageLimits.MaxRememberedWrites; i++)
            await _collection.InsertAsync(Samples.Records(1, (ulong)i, 1, Dimensions), Stamp(i), Cancellation);

        await _collection.InsertAsync(Samples.Records(9, 500, 1, Dimensions), Stamp(0), Cancellation);
        await RefusedAsync(() => _collection.InsertAsync(Samples.Records(9, 500, 1, Dimensions), Stamp(1), Cancellation));
        await _collection.InsertAsync(Samples.Records(1, 1, 1, Dimensions), Stamp(1), Cancellation);
        _collection.GetStatistics().Count.ShouldBe(StorageLimits.MaxRememberedWrites + 1);
    }

    [Fact]
    public async Task Repeat_under_another_model_is_the_same_write()
    {
        VectorRecord[] records = Samples.Records(1, 0, 10, Dimensions);
        await _collection.InsertAsync(records, Stamp(0), Cancellation);
        await _collection.Maintenance.ReindexAsync(Samples.Model(Dimensions, 24, seed: 3), cancellationToken: Cancellation);

        await _collection.InsertAsync(records, Stamp(0), Cancellation);

        _collection.GetStatistics().LastSequenceNumber.ShouldBe(10);
    }

    [Fact]
    public async Task Learn_with_neighbours_is_the_same_although_their_labels_are_others_now()
    {
        VectorRecord[] stored = Samples.Records(1, 0, 2, Dimensions);
        await _collection.InsertAsync(With(stored, label: 1), cancellationToken: Cancellation);
        LabelledVector[] items = [new() { Vector = stored[0].Vector, Neighbours = new[] { new VectorId(0), new VectorId(1) } }];
        LearnReport report = await _collection.Learning.LearnAsync(items, Stamp(0), Cancellation);
        await _collection.UpsertAsync(With(stored, label: 2), cancellationToken: Cancellation);

        (await _collection.Learning.LearnAsync(items, Stamp(0), Cancellation)).ShouldBe(report);

        LabelledVector[] others = [new() { Vector = stored[0].Vector, Neighbours = new[] { new VectorId(0) } }];
        await RefusedAsync(() => _collection.Learning.LearnAsync(others, Stamp(0), Cancellation));
        LabelledVector[] elsewhere = [new() { Vector = stored[1].Vector, Neighbours = new[] { new VectorId(0), new VectorId(1) } }];
        await RefusedAsync(() => _collection.Learning.LearnAsync(elsewhere, Stamp(0), Cancellation));
        await RefusedAsync(() => _collection.Learning.DiscardDraftAsync(Stamp(0), Cancellation));
        (await _collection.Learning.GetDraftStatisticsAsync(Cancellation))!.ItemCount.ShouldBe(1);
    }

    [Fact]
    public async Task Log_of_version_1_is_continued_in_a_segment_that_an_older_build_refuses()
    {
        // An older build would take a stamped frame of today for one that is torn, and cut it off with all that follows.
        await _collection.InsertAsync(Samples.Records(1, 0, 3, Dimensions), cancellationToken: Cancellation);
        Folders.Copy(_directory.Of("db"), _directory.Of("old"));
        string log = _directory.Of("old/collections/c/wal");
        byte[] segment = File.ReadAllBytes(WriteAheadLog.PathOf(log, 1));
        BinaryPrimitives.WriteUInt16LittleEndian(segment.AsSpan(FileHeader.VersionOffset), LogFormat.OldestSegmentVersion);
        BinaryPrimitives.WriteUInt32LittleEndian(
            segment.AsSpan(FileHeader.ChecksumOffset), Checksum.Compute(segment.AsSpan(0, FileHeader.ChecksumOffset)));
        File.WriteAllBytes(WriteAheadLog.PathOf(log, 1), segment);
        await using (HashDatabase opened = await HashDatabase.OpenAsync(_directory.Of("old"), cancellationToken: Cancellation))
        {
            Collection collection = opened.GetCollection("c");
            await collection.InsertAsync(Samples.Records(2, 50, 3, Dimensions), Stamp(0), Cancellation);
            WriteAheadLog.SegmentsIn(log).ShouldBe([1ul, 2ul]);
            File.ReadAllBytes(WriteAheadLog.PathOf(log, 1)).ShouldBe(segment);
            using (FileStream next = new(WriteAheadLog.PathOf(log, 2), FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
            {
                next.Position = FileHeader.VersionOffset;
                next.ReadByte().ShouldBe(LogFormat.SegmentVersion);
            }
            Folders.Copy(_directory.Of("old"), _directory.Of("killed"));
        }

        await using HashDatabase killed = await HashDatabase.OpenAsync(_directory.Of("killed"), cancellationToken: Cancellation);
        killed.GetCollection("c").GetStatistics().Count.ShouldBe(6);
        await RefusedAsync(
            () => killed.GetCollection("c").InsertAsync(Samples.Records(3, 50, 3, Dimensions), Stamp(0), Cancellation));
    }

    private static VectorRecord[] With(VectorRecord[] records, int label) =>
        [.. records.Select(record => new VectorRecord { Id = record.Id, Vector = record.Vector, Labels = new[] { label } })];

    private static async Task RefusedAsync(Func<Task> write) =>
        (await Should.ThrowAsync<HashDbException>(write)).Code.ShouldBe(HashDbErrorCode.StampReused);

    private WriteStamp Stamp(long sequenceNumber) => new(_client, sequenceNumber);
}
