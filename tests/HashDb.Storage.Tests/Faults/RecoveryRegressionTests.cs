// Bugs of recovery and repair that the fault tests found, each told at the top of its test.
using HashDb.Storage.Checkpoints;
using HashDb.Storage.Faults.Checks;
using HashDb.Storage.Faults.Damaging;
using HashDb.Storage.Files;
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Faults;

public sealed class RecoveryRegressionTests
{
    private const int Dimensions = 8;

    [Fact]
    public async Task Repair_after_a_lost_stretch_of_log_keeps_the_sound_frame_that_follows()
    {
        // A frame that came after a gap was reported as damage, and the search for the next sound frame began behind it: the
        // first sound frame after a lost segment was lost too.
        using SampleDatabase sample = await SampleDatabase.MakeAsync(SampleEnd.KilledInCheckpoint);
        string lost = sample.Files.First(file => file.EndsWith(".wal", StringComparison.Ordinal));
        DamageOutcome outcome = await new DamageTrial(sample, new DamageCase(lost, DamageKind.Delete, 0)).RunAsync(alwaysRepair: true);
        outcome.ShouldBe(new DamageOutcome(OpenOutcome.RefusedAtOpen, RepairOutcome.WithLosses));
    }

    [Fact]
    public async Task Either_copy_of_the_manifest_is_enough_after_a_stop_between_the_two()
    {
        // A process stopped when MANIFEST was replaced and MANIFEST.copy was not. The next open took the newer one, deleted the
        // log that only the older one needed, and left the older one as it was: from then on damage to MANIFEST could not be healed.
        using var directory = new TemporaryDirectory();
        var points = new FaultPoints();
        var options = new DatabaseOptions { FaultPoints = points };
        await using (HashDatabase database = await HashDatabase.OpenAsync(directory.Of("working"), options))
        {
            Collection collection =
                (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
            await collection.InsertAsync(Samples.Records(1, 0, 10, Dimensions));
            points.Hook = point =>
            {
                if (point == FaultPoints.CheckpointManifestWritten)
                    Folders.Copy(directory.Of("working"), directory.Of("stopped"));
            };
            await collection.Maintenance.CheckpointAsync();
            points.Hook = null;
        }
        await using (HashDatabase database = await HashDatabase.OpenAsync(directory.Of("stopped")))
            database.GetCollection("c").GetStatistics().Count.ShouldBe(10);
        File.Delete(Path.Combine(directory.Of("stopped/collections/c"), CollectionManifest.FileName));
        await using HashDatabase healed = await HashDatabase.OpenAsync(directory.Of("stopped"));
        healed.GetCollection("c").GetStatistics().Count.ShouldBe(10);
    }

    [Fact]
    public async Task Torn_tail_after_a_checkpoint_that_found_no_space_is_not_damage()
    {
        // The disk was full when a checkpoint began a new log segment. Writing went on in the old segment, but the new file
        // stayed. When the process was then killed in the middle of a write, the torn frame was not in the last segment, so
        // recovery took it for damage and refused to open.
        using var directory = new TemporaryDirectory();
        var points = new FaultPoints();
        var options = new DatabaseOptions { FaultPoints = points };
        await using (HashDatabase database = await HashDatabase.OpenAsync(directory.Of("working"), options))
        {
            Collection collection =
                (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
            await collection.InsertAsync(Samples.Records(1, 0, 10, Dimensions));
            points.Hook = Device.FullAt(FaultPoints.LogSegmentCreated);
            (await Should.ThrowAsync<HashDbException>(
                () => collection.Maintenance.CheckpointAsync())).Code.ShouldBe(HashDbErrorCode.DiskFull);
            points.Hook = null;
            await collection.InsertAsync(Samples.Records(2, 50, 10, Dimensions));
            Folders.Copy(directory.Of("working"), directory.Of("killed"));
        }
        await using (FileStream log = File.OpenWrite(directory.Of("killed/collections/c/wal/0000000001.wal")))
        {
            log.Seek(0, SeekOrigin.End);
            log.Write(new byte[17]);
        }
        await using HashDatabase again = await HashDatabase.OpenAsync(directory.Of("killed"));
        again.GetCollection("c").GetStatistics().Count.ShouldBe(20);
    }
}
