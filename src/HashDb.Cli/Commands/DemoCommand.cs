using System.CommandLine;
using HashDb.Cli.Demo;

namespace HashDb.Cli.Commands;

/// <summary><c>hashdb demo</c>: hashes, stores, kills, reopens and searches real pictures, and writes a report.</summary>
internal static class DemoCommand
{
    private const string DefaultFolder = "hashdb-demo";

    public static Command Create()
    {
        var output = new Option<string?>("--out")
        {
            HelpName = "DIR",
            Description =
                $"Folder for the database and the report, {DefaultFolder} if not given. Only a folder that the demo made is replaced.",
        };
        var command = new Command("demo", "Index 10,000 pictures, kill an import, reopen, search, and write a report.") { output };
        command.SetBody(context => new DemoRun(context, context.Get(output) ?? DefaultFolder).RunAsync());
        return command;
    }
}
