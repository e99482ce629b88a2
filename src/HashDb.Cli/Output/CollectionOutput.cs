using System.Globalization;
using System.Text.Json;

namespace HashDb.Cli.Output;

/// <summary>Prints collections: what they are, and their figures.</summary>
internal static class CollectionOutput
{
    public static void Write(CommandContext context, CollectionDescription collection)
    {
        if (context.Json)
        {
            context.Lines.Write(json =>
            {
                json.WriteString("collection", collection.Name);
                json.WriteNumber("dimensions", collection.Dimensions);
                json.WriteString("metric", NameOf(collection.Metric));
                json.WriteString("modelKind", collection.ModelKind);
                json.WriteNumber("bits", collection.BitCount);
                json.WriteNumber("tables", collection.TableCount);
                json.WriteString("modelFingerprint", collection.ModelFingerprint.ToString());
            });
            return;
        }

        context.Terminal.WriteProperties(collection.Name,
        [
            ("Dimensions", collection.Dimensions),
            ("Metric", NameOf(collection.Metric)),
            ("Model", collection.ModelKind),
            ("Bits", collection.BitCount),
            ("Tables", collection.TableCount),
            ("Fingerprint of the model", collection.ModelFingerprint),
        ]);
    }

    public static void Write(CommandContext context, CollectionStatistics figures)
    {
        if (context.Json)
        {
            context.Lines.Write(json =>
            {
                json.WriteString("collection", figures.Name);
                json.WriteNumber("count", figures.Count);
                json.WriteNumber("deadRows", figures.DeadRows);
                json.WriteNumber("dimensions", figures.Dimensions);
                json.WriteString("metric", NameOf(figures.Metric));
                json.WriteString("modelKind", figures.ModelKind);
                json.WriteString("modelFingerprint", figures.ModelFingerprint.ToString());
                json.WriteNumber("bits", figures.BitCount);
                json.WriteNumber("tables", figures.TableCount);
                json.WriteNumber("generation", figures.Generation);
                json.WriteNumber("distinctHashcodes", figures.DistinctHashcodes);
                json.WriteNumber("lastSequenceNumber", figures.LastSequenceNumber);
                json.WriteNumber("durableSequenceNumber", figures.DurableSequenceNumber);
                json.WriteNumber("checkpointSequenceNumber", figures.CheckpointSequenceNumber);
                json.WriteNumber("logBytes", figures.LogBytes);
                json.WriteNumber("diskBytes", figures.DiskBytes);
                json.WriteNumber("postingMemoryBytes", figures.PostingMemoryBytes);
                json.WriteBoolean("compactionAdvised", figures.CompactionAdvised);
                if (figures.PreviousGeneration is { } previous)
                {
                    json.WriteStartObject("previous");
                    json.WriteNumber("generation", previous.Generation);
                    json.WriteString("modelFingerprint", previous.ModelFingerprint.ToString());
                    json.WriteNumber("bits", previous.BitCount);
                    json.WriteNumber("tables", previous.TableCount);
                    json.WriteEndObject();
                }

                if (figures.Building is { } building)
                {
                    json.WriteStartObject("building");
                    json.WriteString("phase", GenerationOutput.NameOf(building.Phase));
                    json.WriteNumber("rowsDone", building.RowsDone);
                    json.WriteNumber("rowsTotal", building.RowsTotal);
                    json.WriteEndObject();
                }
            });
            return;
        }

        context.Terminal.WriteProperties(figures.Name,
        [
            ("Items", figures.Count),
            ("Dead rows", figures.DeadRows),
            ("Dimensions", figures.Dimensions),
            ("Metric", NameOf(figures.Metric)),
            ("Model", $"{figures.ModelKind}, {figures.BitCount} bits, {figures.TableCount} tables"),
            ("Fingerprint of the model", figures.ModelFingerprint),
            ("Generation", figures.Generation),
            ("Distinct hashcodes", figures.DistinctHashcodes),
            ("Last operation", figures.LastSequenceNumber),
            ("Durable up to", figures.DurableSequenceNumber),
            ("Checkpoint at", figures.CheckpointSequenceNumber),
            ("Log, bytes", figures.LogBytes),
            ("On disk, bytes", figures.DiskBytes),
            ("Posting memory, bytes", figures.PostingMemoryBytes),
            ("Compaction advised", figures.CompactionAdvised),
            (
                "Previous generation",
                figures.PreviousGeneration is { } previous
                    ? $"{previous.Generation}: {previous.BitCount} bits, {previous.TableCount} tables"
                    : "none"),
            (
                "Being built",
                figures.Building is { } building
                    ? $"{GenerationOutput.NameOf(building.Phase)}, {building.RowsDone:N0} of {building.RowsTotal:N0} rows"
                    : "nothing"),
        ]);
    }

    /// <summary>Prints what was learned and not published; nothing was when <paramref name="draft"/> is null.</summary>
    public static void Write(CommandContext context, string collection, DraftStatistics? draft)
    {
        if (context.Json)
        {
            context.Lines.Write(json =>
            {
                json.WriteString("collection", collection);
                if (draft is null)
                    json.WriteNull("draft");
                else
                    WriteDraft(json, draft);
            });
            return;
        }

        if (draft is null)
        {
            context.Terminal.WriteProperties(collection, [("Draft", "none")]);
            return;
        }

        context.Terminal.WriteProperties($"{collection}: the draft",
        [
            ("Items learned", draft.ItemCount),
            ("Of these moved a hyperplane", draft.MovedCount),
            ("Classes", draft.ClassCount),
            (
                "Hashcodes that would change",
                $"{Percent(draft.Drift)} of {draft.SampledRows:N0} sampled rows, {Terminal.Format(draft.MeanChangedBits)} bits on average"),
            ("precision@10, live and draft", draft.Quality is { } quality
                ? $"{Terminal.Format(quality.LivePrecision)} and {Terminal.Format(quality.DraftPrecision)}, within "
                    + $"{draft.QualityRadius} bits, on {draft.ReservoirCount:N0} recent items"
                : "not enough items to measure"),
            (
                "Mean candidates, live and draft",
                draft.Quality is { } same ? $"{Terminal.Format(same.LiveCandidates)} and {Terminal.Format(same.DraftCandidates)}" : ""),
            ("Fingerprint of its model", draft.Fingerprint),
        ]);
    }

    private static void WriteDraft(Utf8JsonWriter json, DraftStatistics draft)
    {
        json.WriteStartObject("draft");
        json.WriteNumber("items", draft.ItemCount);
        json.WriteNumber("moved", draft.MovedCount);
        json.WriteNumber("classes", draft.ClassCount);
        json.WriteString("baseFingerprint", draft.BaseFingerprint.ToString());
        json.WriteString("fingerprint", draft.Fingerprint.ToString());
        json.WriteNumber("sampledRows", draft.SampledRows);
        json.WriteNumber("drift", draft.Drift);
        json.WriteNumber("meanChangedBits", draft.MeanChangedBits);
        json.WriteNumber("reservoir", draft.ReservoirCount);
        if (draft.Quality is { } quality)
        {
            json.WriteNumber("radius", draft.QualityRadius);
            json.WriteNumber("livePrecision", quality.LivePrecision);
            json.WriteNumber("draftPrecision", quality.DraftPrecision);
            json.WriteNumber("liveCandidates", quality.LiveCandidates);
            json.WriteNumber("draftCandidates", quality.DraftCandidates);
        }

        json.WriteEndObject();
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F1} %");

    /// <summary>The name of a metric as the command line spells it.</summary>
    public static string NameOf(DistanceMetric metric) => metric.ToString().ToLowerInvariant();
}
