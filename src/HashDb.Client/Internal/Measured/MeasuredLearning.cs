namespace HashDb.Client.Internal.Measured;

/// <summary>Measures what a collection learns.</summary>
internal sealed class MeasuredLearning(HashDbCollection collection) : HashDbLearning
{
    public override Task<LearnReport> LearnAsync(
        IReadOnlyList<LabelledVector> items, WriteStamp? stamp = null, CancellationToken cancellationToken = default) =>
        ClientTelemetry.MeasureAsync("learn", collection.Name, () => collection.Learning.LearnAsync(items, stamp, cancellationToken));

    public override Task<DraftStatistics?> GetDraftStatisticsAsync(CancellationToken cancellationToken = default) =>
        ClientTelemetry.MeasureAsync(
            "draft_statistics", collection.Name, () => collection.Learning.GetDraftStatisticsAsync(cancellationToken));

    public override Task DiscardDraftAsync(WriteStamp? stamp = null, CancellationToken cancellationToken = default) =>
        ClientTelemetry.MeasureAsync(
            "discard_draft", collection.Name, () => collection.Learning.DiscardDraftAsync(stamp, cancellationToken));

    public override Task<GenerationReport> PublishAsync(
        GenerationOptions? options = null, IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        ClientTelemetry.MeasureAsync(
            "publish", collection.Name, () => collection.Learning.PublishAsync(options, progress, cancellationToken));
}
