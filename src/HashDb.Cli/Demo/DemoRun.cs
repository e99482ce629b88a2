// The demo from end to end. Everything goes through the public client and the commands that users have; nothing is special.
//
// The order: train, import the first part here, then three times import in a child process that is killed, reopened and
// compared, import the rest here, search, compare with learned hash functions, learn while serving, report. The seeds are fixed; what
// varies from run to run is when the kill arrives.
using System.Diagnostics;
using HashDb.Cli.Input;
using HashDb.Cli.Output;
using HashDb.Cli.Report;
using HashDb.Client;
using HashDb.Models;
using HashDb.Models.Data;
using HashDb.Models.Files;
using HashDb.Models.Kinds.Lsh;

namespace HashDb.Cli.Demo;

internal sealed class DemoRun(CommandContext context, string output)
{
    private const string CollectionName = "fashion";
    private const int BitCount = 32;
    private const ulong Seed = 2026;
    private const int FirstImportRows = 4_000;
    private const int CrashRounds = 3;

    /// <summary>Small, so that there are many acknowledgements to be killed between.</summary>
    private const int CrashBatchSize = 32;
    private const int MinKillAfter = 400;
    private const int MaxKillAfter = 1_200;

    private const int MaxRadius = 10;

    /// <summary>Every tenth picture is a query.</summary>
    private const int QueryStep = 10;
    private const int GalleryCandidateLimit = 500;
    private const int ClassCount = 10;

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly DemoOutput _output = new(context);

    private CancellationToken CancellationToken => context.CancellationToken;

    public async Task RunAsync()
    {
        DemoFolder folder = DemoFolder.Prepare(output);
        var images = ImageSet.Load();
        TimeSpan firstImport = await TrainAndImportAsync(folder, images);
        IReadOnlyList<CrashRound> crashes = await CrashAsync(folder, images);

        await using HashDbConnection client = await context.OpenAsync(folder.Database);
        HashDbCollection collection = await client.GetCollectionAsync(CollectionName, CancellationToken);
        int resumedRows = await ResumeAsync(collection, images);
        int[] queries = [.. Enumerable.Range(0, images.Count / QueryStep).Select(i => i * QueryStep)];
        (IReadOnlyList<RadiusFigures> radii, RadiusFigures exhaustive) = await SweepAsync(collection, images, queries);
        IReadOnlyList<ComparisonFigures> comparison = await new ModelComparison(context, _output, folder, images).RunAsync(client);
        LiveFigures live = await new LiveLearning(context, _output, images).RunAsync(client);
        var figures = new DemoFigures
        {
            BitCount = BitCount,
            Seed = Seed,
            Preprocessing = HashModelFile.Load(folder.Model).Preprocessing.Order,
            ImageCount = images.Count,
            Dimensions = ImageSet.Dimensions,
            FirstImportRows = FirstImportRows,
            FirstImportTime = firstImport,
            ImportBatchSize = new ImportOptions().BatchSize,
            CrashBatchSize = CrashBatchSize,
            Crashes = crashes,
            ResumedRows = resumedRows,
            QueryCount = queries.Length,
            Radii = radii,
            Exhaustive = exhaustive,
            Comparison = comparison,
            Live = live,
            Gallery = await GalleryAsync(collection, images, queries),
            GalleryCandidateLimit = GalleryCandidateLimit,
            Statistics = await collection.GetStatisticsAsync(CancellationToken),
            TotalTime = _watch.Elapsed,
        };
        await File.WriteAllTextAsync(folder.Report, HtmlReport.Create(figures, images), CancellationToken);
        _output.Finished(folder, _watch.Elapsed);
    }

    private async Task<TimeSpan> TrainAndImportAsync(DemoFolder folder, ImageSet images)
    {
        _output.Heading(
            $"Train: {BitCount} random hyperplanes through the mean of {images.Count:N0} pictures of {ImageSet.Dimensions} pixels");
        long start = Stopwatch.GetTimestamp();
        var options = new LshOptions { BitCount = BitCount, Seed = Seed };
        LshModel model = LshTrainer.Train(options, images.Vectors.Span, images.Count, ImageSet.Dimensions);
        HashModelFile.Save(model, folder.Model);
        _output.Trained(folder.Model, model, Stopwatch.GetElapsedTime(start));

        _output.Heading($"Import the first {FirstImportRows:N0} pictures; a batch is acknowledged when it is on disk");
        await using HashDbConnection client = await context.OpenAsync(folder.Database, createIfMissing: true);
        HashDbCollection collection = await client.CreateCollectionAsync(
            CollectionName, new CollectionOptions(model, DistanceMetric.Cosine), CancellationToken);
        ImportProgress done = await ImportAsync(collection, images, 0, FirstImportRows);
        _output.Imported(done);
        return done.Elapsed;
    }

    private async Task<IReadOnlyList<CrashRound>> CrashAsync(DemoFolder folder, ImageSet images)
    {
        var random = new Random((int)Seed);
        var rounds = new List<CrashRound>();
        int stored = FirstImportRows;
        for (int i = 0; i < CrashRounds; i++)
        {
            int first = stored;
            int killAfter = random.Next(MinKillAfter, MaxKillAfter);
            _output.Heading($"Crash {i + 1} of {CrashRounds}: another process imports the rest and is killed with SIGKILL");
            int acknowledged =
                await _output.WithProgressAsync("Importing, until killed", images.Count - first, report => ChildImport.RunAndKillAsync(
                folder, CollectionName, images, first, CrashBatchSize, killAfter, report, CancellationToken));

            long start = Stopwatch.GetTimestamp();
            await using HashDbConnection client = await context.OpenAsync(folder.Database);
            TimeSpan openTime = Stopwatch.GetElapsedTime(start);
            HashDbCollection collection = await client.GetCollectionAsync(CollectionName, CancellationToken);
            stored = await Survivors.CheckAsync(collection, images, first + acknowledged, CancellationToken);

            var round = new CrashRound(first, images.Count - first, acknowledged, stored - first, stored, openTime);
            rounds.Add(round);
            _output.Crashed(round);
        }

        return rounds;
    }

    private async Task<int> ResumeAsync(HashDbCollection collection, ImageSet images)
    {
        int stored = (int)(await collection.GetStatisticsAsync(CancellationToken)).Count;
        _output.Heading(
            $"Resume: import the remaining {images.Count - stored:N0} pictures, then compare all {images.Count:N0} with the originals");
        ImportProgress done = stored == images.Count ? default : await ImportAsync(collection, images, stored, images.Count);
        int found = await Survivors.CheckAsync(collection, images, images.Count, CancellationToken);
        _output.Resumed(done, found);
        return (int)done.AcknowledgedRecords;
    }

    private Task<ImportProgress> ImportAsync(HashDbCollection collection, ImageSet images, int first, int end) =>
        _output.WithProgressAsync("Importing", end - first, async report =>
        {
            using RecordSource source = RecordSource.Open(
                new RecordSourceOptions(images.ImagesPath, images.LabelsPath, null, null, new RowRange(first, end)));
            return await source.ImportIntoAsync(
                collection, new ImportOptions(), new InlineProgress<ImportProgress>(p => report(p.AcknowledgedRecords)), CancellationToken);
        });

    private async Task<(
        IReadOnlyList<RadiusFigures> Radii,
        RadiusFigures Exhaustive)> SweepAsync(HashDbCollection collection, ImageSet images, int[] queries)
    {
        _output.Heading($"Search: {queries.Length:N0} of the pictures as queries, each left out of its own answer");
        var radii = new List<RadiusFigures>();
        RadiusFigures exhaustive = await _output.WithProgressAsync("Searching", MaxRadius + 2, async report =>
        {
            for (int radius = 0; radius <= MaxRadius; radius++)
            {
                radii.Add(await RadiusSweep.MeasureAsync(collection, images, queries, radius, areStored: true, CancellationToken));
                report(radii.Count);
            }

            // Within as many bits as a code has lies every item.
            RadiusFigures all = await RadiusSweep.MeasureAsync(collection, images, queries, BitCount, areStored: true, CancellationToken);
            report(MaxRadius + 2);
            return all;
        });
        _output.Searched(radii, exhaustive);
        return (radii, exhaustive);
    }

    // The first query of each class: no choosing.
    private async Task<IReadOnlyList<GalleryRow>> GalleryAsync(HashDbCollection collection, ImageSet images, int[] queries)
    {
        var rows = new List<GalleryRow>();
        var options = new SearchOptions { Top = RadiusSweep.Neighbours + 1, CandidateLimit = GalleryCandidateLimit };
        for (int label = 0; label < ClassCount; label++)
        {
            int query = queries.First(row => images.LabelOf(row) == label);
            SearchResult result = await collection.SearchAsync(images.VectorOf(query), options, CancellationToken);
            rows.Add(new GalleryRow(query, [.. RadiusSweep.WithoutQuery(result, query)], result.Statistics.Candidates - 1));
        }

        return rows;
    }
}
