using System.Globalization;
using System.Text.Json;
using HashDb.Client;
using HashDb.Models;
using Spectre.Console;

namespace HashDb.Cli.Demo;

/// <summary>What the demo says while it runs: to people, or as JSON lines with one <c>step</c> each.</summary>
internal sealed class DemoOutput(CommandContext context)
{
    private int _headings;

    public void Heading(string text)
    {
        _headings++;
        if (!context.Json)
            context.Terminal.Out.MarkupLine($"\n[bold]{_headings}. {Markup.Escape(text)}[/]");
    }

    public Task<T> WithProgressAsync<T>(string description, double total, Func<Action<double>, Task<T>> work) =>
        context.Json ? work(_ => { }) : context.Terminal.WithProgressAsync(description, total, work);

    public void Trained(string path, IHashModel model, TimeSpan time)
    {
        if (context.Json)
        {
            context.Lines.Write(json =>
            {
                json.WriteString("step", "train");
                json.WriteString("model", path);
                json.WriteNumber("bits", model.BitCount);
                json.WriteNumber("trainingRows", model.Provenance.TrainingRows);
                json.WriteNumber("seconds", time.TotalSeconds);
            });
            return;
        }

        Say($"{path}, in {Output.Terminal.Format(time)}.");
    }

    public void Imported(ImportProgress done) => WriteImport("import", done, null);

    public void Resumed(ImportProgress done, int found) => WriteImport("resume", done, found);

    public void Crashed(CrashRound round)
    {
        if (context.Json)
        {
            context.Lines.Write(json =>
            {
                json.WriteString("step", "crash");
                json.WriteNumber("storedBefore", round.StoredBefore);
                json.WriteNumber("offered", round.Offered);
                json.WriteNumber("acknowledged", round.Acknowledged);
                json.WriteNumber("found", round.Found);
                json.WriteNumber("checked", round.Checked);
                json.WriteNumber("lost", round.Lost);
                json.WriteNumber("openSeconds", round.OpenTime.TotalSeconds);
            });
            return;
        }

        Say(
            $"Killed after acknowledging {round.Acknowledged:N0} of {round.Offered:N0}. Reopened in "
            + $"{Output.Terminal.Format(round.OpenTime)}.");
        Say(
            $"[green]All {round.Acknowledged:N0} acknowledged are there[/], and {round.FoundUnacknowledged:N0} whose "
            + "acknowledgement was never printed. "
            + $"{round.Checked:N0} items compared: vector bit for bit, label, bucket.",
            markup: true);
    }

    public void Searched(IReadOnlyList<RadiusFigures> radii, RadiusFigures exhaustive)
    {
        if (context.Json)
        {
            foreach (RadiusFigures figures in radii.Append(exhaustive))
            {
                context.Lines.Write(json =>
                {
                    json.WriteString("step", "search");
                    WriteFigures(json, figures);
                });
            }

            return;
        }

        context.Terminal.WriteTable(
            "precision@10 by Hamming radius",
            ["Radius", "Answered queries only", "All queries", "Queries answered", "Mean candidates"],
            radii.Append(exhaustive).Select(figures => (IReadOnlyList<object?>)
            [
                ReferenceEquals(figures, exhaustive) ? "all items" : figures.Radius.ToString(CultureInfo.InvariantCulture),
                double.IsFinite(figures.AnsweredPrecision) ? figures.AnsweredPrecision.ToString("F3", CultureInfo.InvariantCulture) : "-",
                figures.StrictPrecision.ToString("F3", CultureInfo.InvariantCulture),
                figures.Answered.ToString("P1", CultureInfo.InvariantCulture),
                figures.MeanCandidates.ToString("N1", CultureInfo.InvariantCulture),
            ]));
    }

    public void Compared(IReadOnlyList<ComparisonFigures> comparison)
    {
        if (!context.Json)
        {
            context.Terminal.WriteTable(
                "precision@10 of all queries, and mean candidates, by Hamming radius",
                ["Radius", .. comparison.SelectMany(model => new[] { model.Name, "Candidates" })],
                comparison[0].Radii.Select((_, i) => (IReadOnlyList<object?>)
                [
                    comparison[0].Radii[i].Radius,
                    .. comparison.SelectMany(model => new object?[]
                    {
                        model.Radii[i].StrictPrecision.ToString("F3", CultureInfo.InvariantCulture),
                        model.Radii[i].MeanCandidates.ToString("N1", CultureInfo.InvariantCulture),
                    }),
                ]));
            Say(
                "Trained in "
                + $"{string.Join(", ", comparison.Select(model => $"{Output.Terminal.Format(model.TrainingTime)} ({model.Name})"))}.");
            return;
        }

        foreach (ComparisonFigures model in comparison)
        {
            foreach (RadiusFigures figures in model.Radii)
            {
                context.Lines.Write(json =>
                {
                    json.WriteString("step", "compare");
                    json.WriteString("model", model.Name);
                    json.WriteString("kind", model.Kind);
                    json.WriteNumber("bits", model.BitCount);
                    json.WriteNumber("trainSeconds", model.TrainingTime.TotalSeconds);
                    WriteFigures(json, figures);
                });
            }
        }
    }

    public void Learned(LiveFigures live)
    {
        if (context.Json)
        {
            context.Lines.Write(json =>
            {
                json.WriteString("step", "live");
                json.WriteNumber("learned", live.Learned);
                json.WriteNumber("learnSeconds", live.LearnTime.TotalSeconds);
                json.WriteNumber("drift", live.Draft.Drift);
                json.WriteNumber("publishSeconds", live.Published.Elapsed.TotalSeconds);
                json.WriteNumber("writePauseSeconds", live.Published.WritePause.TotalSeconds);
                json.WriteNumber("radius", live.Before.Radius);
                json.WriteNumber("precisionBefore", live.Before.StrictPrecision);
                json.WriteNumber("candidatesBefore", live.Before.MeanCandidates);
                json.WriteNumber("precisionAfter", live.After.StrictPrecision);
                json.WriteNumber("candidatesAfter", live.After.MeanCandidates);
                json.WriteNumber("searches", live.Reader.Searches);
                json.WriteNumber("generations", live.Reader.Generations.Count);
                json.WriteNumber("searchErrors", live.Reader.Errors);
            });
            return;
        }

        Say(
            $"Learned {live.Learned:N0} in {Output.Terminal.Format(live.LearnTime)}; {live.Draft.Drift:P1} of the hashcodes would "
            + $"change. Published in {Output.Terminal.Format(live.Published.Elapsed)}.");
        context.Terminal.WriteTable(
            $"precision@10 within {live.Before.Radius} bits, all queries",
            ["", "precision@10", "Mean candidates"],
            new[] { ("Before", live.Before), ("After", live.After) }.Select(row => (IReadOnlyList<object?>)
            [
                row.Item1,
                row.Item2.StrictPrecision.ToString("F3", CultureInfo.InvariantCulture),
                row.Item2.MeanCandidates.ToString("N1", CultureInfo.InvariantCulture),
            ]));
        Say(
            $"The reader made {live.Reader.Searches:N0} searches meanwhile, answered by {live.Reader.Generations.Count} "
            + $"generations; errors: {live.Reader.Errors:N0}.");
    }

    public void Finished(DemoFolder folder, TimeSpan time)
    {
        if (context.Json)
        {
            context.Lines.Write(json =>
            {
                json.WriteString("step", "report");
                json.WriteString("report", folder.Report);
                json.WriteString("database", folder.Database);
                json.WriteNumber("seconds", time.TotalSeconds);
            });
            return;
        }

        Say($"\nReport: {folder.Report}\nDatabase: {folder.Database}\nDone in {Output.Terminal.Format(time)}.");
    }

    private static void WriteFigures(Utf8JsonWriter json, RadiusFigures figures)
    {
        json.WriteNumber("radius", figures.Radius);
        if (double.IsFinite(figures.AnsweredPrecision))
            json.WriteNumber("precisionAnswered", figures.AnsweredPrecision);
        else
            json.WriteNull("precisionAnswered");
        json.WriteNumber("precisionStrict", figures.StrictPrecision);
        json.WriteNumber("standardError", figures.StandardError);
        json.WriteNumber("answered", figures.Answered);
        json.WriteNumber("candidates", figures.MeanCandidates);
    }

    private void WriteImport(string step, ImportProgress done, int? found)
    {
        if (context.Json)
        {
            context.Lines.Write(json =>
            {
                json.WriteString("step", step);
                json.WriteNumber("acknowledged", done.AcknowledgedRecords);
                json.WriteNumber("seconds", done.Elapsed.TotalSeconds);
                if (found is { } items)
                    json.WriteNumber("checked", items);
            });
            return;
        }

        Say($"{done.AcknowledgedRecords:N0} pictures in {Output.Terminal.Format(done.Elapsed)}." + (
            found is { } count ? $" All {count:N0} compared and found right." : ""));
    }

    private void Say(string text, bool markup = false)
    {
        if (markup)
            context.Terminal.Out.MarkupLine(text);
        else
            context.Terminal.Out.WriteLine(text);
    }
}
