// Output for people: tables on standard output, progress on standard error.
using System.Globalization;
using Spectre.Console;

namespace HashDb.Cli.Output;

internal sealed class Terminal
{
    /// <summary>Width of tables when standard output is a file or a pipe, where there is no window to ask.</summary>
    private const int RedirectedWidth = 200;

    public Terminal()
    {
        Out = Create(Console.Out, Console.IsOutputRedirected);
        Error = Create(Console.Error, Console.IsErrorRedirected);
    }

    /// <summary>Standard output.</summary>
    public IAnsiConsole Out { get; }

    /// <summary>Standard error.</summary>
    public IAnsiConsole Error { get; }

    /// <summary>A line of text on standard output.</summary>
    public void WriteLine(string text) => Out.WriteLine(text);

    /// <summary>A table of names and values.</summary>
    public void WriteProperties(string title, IEnumerable<(string Name, object? Value)> properties)
    {
        Table table = new Table().RoundedBorder().Title(Markup.Escape(title)).HideHeaders().AddColumns("", "");
        foreach ((string name, object? value) in properties)
            table.AddRow(Markup.Escape(name), Markup.Escape(Format(value)));
        Out.Write(table);
    }

    /// <summary>A table with a header; columns of numbers are aligned to the right.</summary>
    public void WriteTable(string? title, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<object?>> rows)
    {
        Table table = new Table().RoundedBorder();
        if (title is not null)
            table.Title(Markup.Escape(title));
        List<IReadOnlyList<object?>> all = [.. rows];
        for (int i = 0; i < columns.Count; i++)
        {
            var column = new TableColumn(Markup.Escape(columns[i]));
            if (all.Count > 0 && all.TrueForAll(row => row[i] is null or int or long or ulong or uint or double or float))
                column.RightAligned();
            table.AddColumn(column);
        }

        foreach (IReadOnlyList<object?> row in all)
            table.AddRow([.. row.Select(cell => Markup.Escape(Format(cell)))]);
        Out.Write(table);
    }

    /// <summary>Runs long work under a progress bar on standard error.</summary>
    /// <param name="description">What is being done.</param>
    /// <param name="total">Size of the whole, in the unit of the reports.</param>
    /// <param name="work">Reports how much of it is done in all.</param>
    public Task<T> WithProgressAsync<T>(string description, double total, Func<Action<double>, Task<T>> work) =>
        Error.Progress()
            .AutoClear(false)
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn(),
                new PercentageColumn(),
                new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                ProgressTask task = progress.AddTask(Markup.Escape(description), maxValue: Math.Max(total, 1));
                return await work(done => task.Value = done);
            });

    /// <summary>A value as people read it: digits grouped, times and sizes with a unit.</summary>
    public static string Format(object? value) => value switch
    {
        null => "",
        bool truth => truth ? "yes" : "no",
        int or long or ulong or uint => string.Format(CultureInfo.InvariantCulture, "{0:N0}", value),
        float or double => string.Format(CultureInfo.InvariantCulture, "{0:G6}", value),
        TimeSpan time => time.TotalSeconds >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F2} s")
            : string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:F1} ms"),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static IAnsiConsole Create(TextWriter writer, bool redirected)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (redirected)
            console.Profile.Width = RedirectedWidth;
        return console;
    }
}
