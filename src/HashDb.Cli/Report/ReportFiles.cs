using HashDb.Cli.Output;

namespace HashDb.Cli.Report;

/// <summary>Where a command writes its report and its figures, when it was asked for them.</summary>
/// <param name="Report">The HTML file, or null.</param>
/// <param name="Figures">The folder of the SVG files, or null.</param>
internal sealed record ReportFiles(string? Report, string? Figures)
{
    /// <summary>Finds out before the work starts that something could not be written at its end.</summary>
    /// <param name="inputs">The files that the command reads; null for one that was not given.</param>
    public void Check(params ReadOnlySpan<string?> inputs)
    {
        if (Report is not null)
            OutputPath.Check(Report, "--report", inputs);
        if (Figures is not null && !Directory.Exists(Figures))
            throw new IOException($"--figures {Figures}: the folder does not exist.");
    }

    /// <summary>Writes what was asked for.</summary>
    /// <param name="page">The HTML of the report.</param>
    /// <param name="charts">The charts, by the name of the file they become.</param>
    public void Write(Func<string> page, IEnumerable<NamedChart> charts)
    {
        if (Report is not null)
            File.WriteAllText(Report, page());
        if (Figures is null)
            return;
        foreach (NamedChart chart in charts)
            File.WriteAllText(Path.Combine(Figures, chart.FileName + ".svg"), chart.Chart.ToSvgFile(chart.Title));
    }
}
