// A change of generation on the way and at its end: a bar or lines of progress, then what was done.
using System.Diagnostics;

namespace HashDb.Cli.Output;

internal static class GenerationOutput
{
    /// <summary>Between two lines of progress within one phase.</summary>
    private static readonly TimeSpan LineInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Runs a change of generation under a progress bar or with lines of progress, and prints what it did.</summary>
    public static async Task RunAsync(
        CommandContext context, string collection, string description, Func<IProgress<GenerationProgress>, Task<GenerationReport>> change)
    {
        GenerationReport report = context.Json
            ? await change(Lines(context))
            : await context.Terminal.WithProgressAsync(description, 1, async show =>
            {
                GenerationReport done = await change(new InlineProgress<GenerationProgress>(progress => show(ShareDone(progress))));
                show(1);
                return done;
            });
        Write(context, collection, report);
    }

    /// <summary>Prints what a change of generation did.</summary>
    public static void Write(CommandContext context, string collection, GenerationReport report)
    {
        if (context.Json)
        {
            context.Lines.Write(json =>
            {
                json.WriteString("collection", collection);
                json.WriteNumber("generation", report.Generation);
                json.WriteString("modelFingerprint", report.ModelFingerprint.ToString());
                json.WriteNumber("rows", report.Rows);
                json.WriteNumber("encodedRows", report.EncodedRows);
                json.WriteNumber("seconds", report.Elapsed.TotalSeconds);
                json.WriteNumber("writePauseSeconds", report.WritePause.TotalSeconds);
            });
            return;
        }

        context.Terminal.WriteProperties(collection,
        [
            ("Generation", report.Generation),
            ("Fingerprint of the model", report.ModelFingerprint),
            ("Rows", report.Rows),
            ("Rows encoded", report.EncodedRows),
            ("Time", report.Elapsed),
            ("Writes waited", report.WritePause),
        ]);
    }

    private static InlineProgress<GenerationProgress> Lines(CommandContext context)
    {
        GenerationPhase? phase = null;
        long last = 0;
        return new InlineProgress<GenerationProgress>(progress =>
        {
            if (progress.Phase == phase && Stopwatch.GetElapsedTime(last) < LineInterval)
                return;
            (phase, last) = (progress.Phase, Stopwatch.GetTimestamp());
            context.Lines.Write(json =>
            {
                json.WriteString("phase", NameOf(progress.Phase));
                json.WriteNumber("rowsDone", progress.RowsDone);
                json.WriteNumber("rowsTotal", progress.RowsTotal);
            });
        });
    }

    /// <summary>The name of a phase as the command line spells it.</summary>
    public static string NameOf(GenerationPhase phase) => phase.ToString().ToLowerInvariant();

    // Encoding is most of the work; the rest gets the end of the bar.
    private static double ShareDone(GenerationProgress progress)
    {
        double done = progress.RowsTotal == 0 ? 1 : Math.Min(1, (double)progress.RowsDone / progress.RowsTotal);
        return progress.Phase switch
        {
            GenerationPhase.Rows => 0.85 * done,
            GenerationPhase.Postings => 0.85 + (0.1 * done),
            GenerationPhase.Sketches => 0.95,
            GenerationPhase.CatchUp => 0.95 + (0.04 * done),
            _ => 0.99,
        };
    }
}
