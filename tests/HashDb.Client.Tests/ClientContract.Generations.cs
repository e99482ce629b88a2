using HashDb.Client.Tests.Support;
using HashDb.Models;
using HashDb.Models.Files;
using HashDb.Models.Kinds.Lsh;

namespace HashDb.Client.Tests;

public abstract partial class ClientContract
{
    [Fact]
    public async Task Reindex_moves_to_another_model_and_keeps_every_record()
    {
        HashDbCollection collection = await CreateAsync("items", Data.Records(0, 500));
        IHashModel wide = OtherModel(64, 2);
        var reports = new List<GenerationProgress>();

        GenerationReport report = await collection.Maintenance.ReindexAsync(wide, null, new Building(reports), Cancellation);

        CollectionDescription now = await collection.DescribeAsync(Cancellation);
        (now.BitCount, now.TableCount, now.ModelFingerprint).ShouldBe((64, 2, HashModelFile.Fingerprint(wide)));
        report.ModelFingerprint.ShouldBe(now.ModelFingerprint);
        (report.Rows, report.EncodedRows).ShouldBe((500, 500));
        reports.ShouldNotBeEmpty();
        reports.ShouldAllBe(progress => progress.RowsDone <= progress.RowsTotal);
        await ShouldHoldAsync(collection, Data.Records(0, 500));
        SearchResult found = await collection.SearchAsync(Data.Record(7).Vector, new SearchOptions { Top = 1, Radius = 0 }, Cancellation);
        found.Hits[0].Id.ShouldBe(Data.Record(7).Id);
        found.Statistics.Generation.ShouldBe(report.Generation);
    }

    [Fact]
    public async Task Rollback_goes_back_with_what_was_written_since()
    {
        HashDbCollection collection = await CreateAsync("items", Data.Records(0, 300));
        ModelFingerprint before = (await collection.DescribeAsync(Cancellation)).ModelFingerprint;
        await collection.Maintenance.ReindexAsync(OtherModel(64, 1), new GenerationOptions { KeepPrevious = true }, null, Cancellation);
        await collection.InsertAsync(Data.Records(300, 100), cancellationToken: Cancellation);
        (await collection.GetStatisticsAsync(Cancellation)).PreviousGeneration.ShouldNotBeNull().ModelFingerprint.ShouldBe(before);

        GenerationReport report = await collection.Maintenance.RollbackAsync(null, Cancellation);

        report.ModelFingerprint.ShouldBe(before);
        (report.Rows, report.EncodedRows).ShouldBe((400, 100));
        await ShouldHoldAsync(collection, Data.Records(0, 400));
        (await collection.GetStatisticsAsync(Cancellation)).PreviousGeneration.ShouldBeNull();
    }

    [Fact]
    public async Task Without_a_previous_generation_there_is_nothing_to_go_back_to()
    {
        HashDbCollection collection = await CreateAsync("items", Data.Records(0, 20));
        await collection.Maintenance.ReindexAsync(OtherModel(24, 1), new GenerationOptions { KeepPrevious = false }, null, Cancellation);

        (await Should.ThrowAsync<HashDbException>(
            () => collection.Maintenance.RollbackAsync(null, Cancellation))).Code.ShouldBe(HashDbErrorCode.NoPreviousGeneration);
        (await Should.ThrowAsync<HashDbException>(
            () => collection.Maintenance.DropPreviousAsync(Cancellation))).Code.ShouldBe(HashDbErrorCode.NoPreviousGeneration);

        await collection.Maintenance.ReindexAsync(OtherModel(32, 1), new GenerationOptions { KeepPrevious = true }, null, Cancellation);
        await collection.Maintenance.DropPreviousAsync(Cancellation);
        (await Should.ThrowAsync<HashDbException>(
            () => collection.Maintenance.RollbackAsync(null, Cancellation))).Message.ShouldContain("items");
        await ShouldHoldAsync(collection, Data.Records(0, 20));
    }

    [Fact]
    public async Task Reindex_to_a_model_of_other_dimensions_names_both_and_changes_nothing()
    {
        HashDbCollection collection = await CreateAsync("items", Data.Records(0, 20));
        IHashModel foreign =
            LshTrainer.Train(new LshOptions { BitCount = 16, Seed = 3, Preprocessing = PreprocessingOrder.Unit }, Data.Dimensions + 1);

        ArgumentException error =
            await Should.ThrowAsync<ArgumentException>(() => collection.Maintenance.ReindexAsync(foreign, null, null, Cancellation));

        error.Message.ShouldContain($"{Data.Dimensions + 1}");
        error.ParamName.ShouldBe("model");
        (await collection.GetStatisticsAsync(Cancellation)).Generation.ShouldBe(1);
    }

    [Fact]
    public async Task Reindex_options_outside_their_limits_are_refused()
    {
        HashDbCollection collection = await CreateAsync("items", Data.Records(0, 20));

        foreach (GenerationOptions options in new GenerationOptions[] { new() { BusyShare = 0 }, new() { BusyShare = double.NaN },
        new() { Cores = 0 } })
            await Should.ThrowAsync<ArgumentOutOfRangeException>(
                () => collection.Maintenance.ReindexAsync(OtherModel(32, 1), options, null, Cancellation));

        await ShouldHoldAsync(collection, Data.Records(0, 20));
    }

    private static LshModel OtherModel(int bitCount, int tableCount) => LshTrainer.Train(
        new LshOptions { BitCount = bitCount, TableCount = tableCount, Seed = 77, Preprocessing = PreprocessingOrder.Unit },
        Data.Dimensions);

    private sealed class Building(List<GenerationProgress> list) : IProgress<GenerationProgress>
    {
        public void Report(GenerationProgress value)
        {
            lock (list)
                list.Add(value);
        }
    }
}
