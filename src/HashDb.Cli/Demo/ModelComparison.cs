// Random hyperplanes, GRH and GPH on the same pictures: three disjoint parts are queries, training rows and a collection to
// search, so that no learned hash function is asked about a picture whose label it knew, nor finds one. Each model is saved and its
// file loaded again, since a model file is what a collection is made from.
using HashDb.Cli.Evaluation;
using HashDb.Cli.Input;
using HashDb.Client;
using HashDb.Models;
using HashDb.Models.Data;
using HashDb.Models.Files;

namespace HashDb.Cli.Demo;

internal sealed class ModelComparison(CommandContext context, DemoOutput output, DemoFolder folder, ImageSet images)
{
    public const int QueryCount = 1_000;
    public const int TrainingCount = 3_000;
    public const int BitCount = 16;
    public const string RandomVariant = "lsh";
    private const ulong Seed = 2026;
    private const int MaxRadius = 5;

    /// <summary>Grey values want a sharper kernel than the defaults, which are for descriptors.</summary>
    private static readonly (string Name, ModelVariant Model)[] Models =
    [
        ("LSH", ModelVariants.Get(RandomVariant)),
        ("GRH", ModelVariants.Get("grh-svm")),
        ("GPH", ModelVariants.Get("gph").With(new("length-scale", "0.9"), new KeyValuePair<string, string>("signal-variance", "100"))),
    ];

    /// <summary>Name of the collection of a model.</summary>
    public static string NameOf(string variant) => $"compare-{variant}";

    public async Task<IReadOnlyList<ComparisonFigures>> RunAsync(HashDbConnection client)
    {
        output.Heading(
            $"Learn: {BitCount} bits, random (LSH) and learned (GRH, GPH) from {TrainingCount:N0} labelled pictures; "
            + $"{QueryCount:N0} others search {images.Count - QueryCount - TrainingCount:N0} others");
        int[] queries = [.. Enumerable.Range(0, QueryCount)];
        LabelledRows training = images.Rows(QueryCount, TrainingCount);
        var figures = new List<ComparisonFigures>();
        await output.WithProgressAsync("Training, importing, searching", Models.Length * (MaxRadius + 3), async report =>
        {
            double done = 0;
            foreach ((string name, ModelVariant variant) in Models)
            {
                (IHashModel trained, TimeSpan time) =
                    await Task.Run(() => variant.Train(training, BitCount, Seed, context.CancellationToken));
                string file = folder.ModelOf(variant.Name);
                HashModelFile.Save(trained, file);
                report(++done);

                HashDbCollection collection = await ImportAsync(client, variant.Name, HashModelFile.Load(file));
                report(++done);
                var radii = new List<RadiusFigures>();
                for (int radius = 0; radius <= MaxRadius; radius++)
                {
                    radii.Add(
                        await RadiusSweep.MeasureAsync(collection, images, queries, radius, areStored: false, context.CancellationToken));
                    report(++done);
                }

                figures.Add(new ComparisonFigures(name, trained.Kind, BitCount, time, radii));
            }

            return true;
        });
        output.Compared(figures);
        return figures;
    }

    private async Task<HashDbCollection> ImportAsync(HashDbConnection client, string name, IHashModel model)
    {
        HashDbCollection collection = await client.CreateCollectionAsync(
            NameOf(name), new CollectionOptions(model, DistanceMetric.Cosine), context.CancellationToken);
        using RecordSource source = RecordSource.Open(
            new RecordSourceOptions(
                images.ImagesPath, images.LabelsPath, null, null, new RowRange(QueryCount + TrainingCount, images.Count)));
        await source.ImportIntoAsync(collection, new ImportOptions(), null, context.CancellationToken);
        return collection;
    }
}
