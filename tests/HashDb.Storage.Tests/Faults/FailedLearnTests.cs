using HashDb.Models;
using HashDb.Storage.Faults.Checks;
using HashDb.Storage.Files;
using HashDb.Storage.Tests.Learning;
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Faults;

/// <summary>A device that is full or fails while a collection learns.</summary>
public sealed class FailedLearnTests : IDisposable
{
    private const int Dimensions = 8;
    private readonly TemporaryDirectory _directory = new();
    private readonly FaultPoints _points = new();
    private readonly IHashModel _model = Samples.Model(Dimensions, 16);
    private readonly LearningOracle _oracle;

    public FailedLearnTests() => _oracle = new LearningOracle(_model);

    public void Dispose()
    {
        _points.Hook = null;
        _directory.Dispose();
    }

    [Fact]
    public async Task Learning_on_a_full_device_learns_nothing_and_can_be_tried_again()
    {
        LabelledVector[] kept = LearningOracle.RandomItems(new Random(1), 20, Dimensions);
        LabelledVector[] refused = LearningOracle.RandomItems(new Random(2), 20, Dimensions);
        var stamp = new WriteStamp(Guid.NewGuid(), 0);
        await using (HashDatabase database = await OpenAsync())
        {
            Collection collection = database.GetCollection("c");
            await collection.Learning.LearnAsync(kept);
            _oracle.Learn(kept);
            _points.Hook = Device.FullAt(FaultPoints.LogAppend);
            (await Should.ThrowAsync<HashDbException>(
                () => collection.Learning.LearnAsync(refused, stamp))).Code.ShouldBe(HashDbErrorCode.DiskFull);
            (await Should.ThrowAsync<HashDbException>(
                () => collection.Learning.DiscardDraftAsync())).Code.ShouldBe(HashDbErrorCode.DiskFull);
            _points.Hook = null;
            _oracle.ShouldEqual(collection, "refused");
            Folders.Copy(_directory.Of("db"), _directory.Of("killed"));
            await using (HashDatabase killed = await HashDatabase.OpenAsync(_directory.Of("killed")))
                _oracle.ShouldEqual(killed.GetCollection("c"), "killed");
            await collection.Learning.LearnAsync(refused, stamp);
            _oracle.Learn(refused);
            _oracle.ShouldEqual(collection, "tried again");
        }
        await using HashDatabase again = await OpenAsync();
        _oracle.ShouldEqual(again.GetCollection("c"), "opened again");
    }

    [Fact]
    public async Task Failed_flush_poisons_and_the_draft_is_what_the_log_holds()
    {
        LabelledVector[] kept = LearningOracle.RandomItems(new Random(1), 20, Dimensions);
        LabelledVector[] unknown = LearningOracle.RandomItems(new Random(2), 20, Dimensions);
        await using (HashDatabase database = await OpenAsync())
        {
            Collection collection = database.GetCollection("c");
            await collection.Learning.LearnAsync(kept);
            _oracle.Learn(kept);
            _points.Hook = Device.FailingAt(FaultPoints.LogFlush);
            (await Should.ThrowAsync<HashDbException>(
                () => collection.Learning.LearnAsync(unknown))).Code.ShouldBe(HashDbErrorCode.Poisoned);
            _points.Hook = null;
            (await Should.ThrowAsync<HashDbException>(
                () => collection.Learning.LearnAsync(unknown))).Code.ShouldBe(HashDbErrorCode.Poisoned);
            _oracle.ShouldEqual(collection, "poisoned");
        }

        // The frame was written before the flush failed, so this device has it.
        await using HashDatabase again = await OpenAsync();
        _oracle.Learn(unknown);
        _oracle.ShouldEqual(again.GetCollection("c"), "opened again");
    }

    [Fact]
    public async Task Checkpoint_that_cannot_write_the_draft_changes_nothing_and_the_next_one_does()
    {
        LabelledVector[] items = LearningOracle.RandomItems(new Random(1), 200, Dimensions);
        await using (HashDatabase database = await OpenAsync())
        {
            Collection collection = database.GetCollection("c");
            await collection.Learning.LearnAsync(items);
            _oracle.Learn(items);
            _points.Hook = Device.FullAt(FaultPoints.DraftWritten);
            (await Should.ThrowAsync<HashDbException>(
                () => collection.Maintenance.CheckpointAsync())).Code.ShouldBe(HashDbErrorCode.DiskFull);
            (await Should.ThrowAsync<HashDbException>(() => collection.Learning.PublishAsync())).Code.ShouldBe(HashDbErrorCode.DiskFull);
            _points.Hook = null;
            Folders.Copy(_directory.Of("db"), _directory.Of("killed"));
            await using (HashDatabase killed = await HashDatabase.OpenAsync(_directory.Of("killed")))
                _oracle.ShouldEqual(killed.GetCollection("c"), "killed");
            await collection.Learning.LearnAsync(items);
            _oracle.Learn(items);
            await collection.Maintenance.CheckpointAsync();
            await collection.Learning.PublishAsync();
            _oracle.ShouldEqual(collection, "checkpointed");
            Directory.EnumerateFiles(_directory.Of(Path.Combine("db", "collections", "c")), "draft-*").Count().ShouldBe(1);
        }
        await using HashDatabase again = await OpenAsync();
        _oracle.ShouldEqual(again.GetCollection("c"), "opened again");
    }

    private async Task<HashDatabase> OpenAsync()
    {
        HashDatabase database = await HashDatabase.OpenAsync(_directory.Of("db"), new DatabaseOptions { FaultPoints = _points });
        if (!database.CollectionNames.Contains("c"))
            await database.CreateCollectionAsync("c", new CollectionOptions(_model));
        return database;
    }
}
