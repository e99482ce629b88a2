// The collection of the comparison whose hyperplanes are random learns from the pictures that GRH and GPH were trained on, as a
// stream, and moves to what it learned, while a reader goes on searching.
using System.Diagnostics;
using HashDb.Client;

namespace HashDb.Cli.Demo;

internal sealed class LiveLearning(CommandContext context, DemoOutput output, ImageSet images)
{
    private const int BatchSize = 100;
    private const int Radius = 2;

    public async Task<LiveFigures> RunAsync(HashDbConnection client)
    {
        const int first = ModelComparison.QueryCount;
        const int count = ModelComparison.TrainingCount;
        output.Heading(
            $"Live: the collection under random hyperplanes learns from a stream of {count:N0} labelled pictures and moves to "
            + "what it learned; a reader keeps searching");
        HashDbCollection collection =
            await client.GetCollectionAsync(ModelComparison.NameOf(ModelComparison.RandomVariant), context.CancellationToken);
        int[] queries = [.. Enumerable.Range(0, ModelComparison.QueryCount)];
        await using var reader = new BackgroundReader(collection, images, ModelComparison.QueryCount, first + count);

        RadiusFigures before =
            await RadiusSweep.MeasureAsync(collection, images, queries, Radius, areStored: false, context.CancellationToken);
        long started = Stopwatch.GetTimestamp();
        await output.WithProgressAsync("Learning", count, async report =>
        {
            for (int done = 0; done < count; done += BatchSize)
            {
                await collection.Learning.LearnAsync(
                    [.. Enumerable.Range(first + done, BatchSize).Select(Labelled)], cancellationToken: context.CancellationToken);
                report(done + BatchSize);
            }

            return true;
        });
        TimeSpan learnTime = Stopwatch.GetElapsedTime(started);
        DraftStatistics draft = await collection.Learning.GetDraftStatisticsAsync(context.CancellationToken)
            ?? throw new InvalidOperationException("The draft is gone although nobody discarded it.");
        GenerationReport published =
            await collection.Learning.PublishAsync(new GenerationOptions { KeepPrevious = true }, null, context.CancellationToken);
        RadiusFigures after =
            await RadiusSweep.MeasureAsync(collection, images, queries, Radius, areStored: false, context.CancellationToken);

        var figures = new LiveFigures(count, learnTime, draft, published, before, after, await reader.StopAsync());
        output.Learned(figures);
        return figures;
    }

    private LabelledVector Labelled(int row) =>
        new() { Vector = images.VectorOf(row), Labels = new[] { images.LabelOf(row) } };
}
