using System.CommandLine;
using System.Diagnostics;
using HashDb.Client;

namespace HashDb.Cli.Commands;

/// <summary><c>hashdb backup</c>: a copy that opens as a database.</summary>
internal static class BackupCommand
{
    public static Command Create()
    {
        Argument<string> database = CommonOptions.Database();
        var target = new Argument<string>("DIR") { Description = "Directory of the copy; must not exist or be empty." };
        var command = new Command("backup", "Copy a database.") { database, target };
        command.SetBody(async context =>
        {
            string directory = context.Get(target);
            long start = Stopwatch.GetTimestamp();
            await using IHashDbClient client = await context.OpenAsync(context.Get(database));
            await client.BackupAsync(directory, context.CancellationToken);
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            if (context.Json)
            {
                context.Lines.Write(json =>
                {
                    json.WriteString("backup", Path.GetFullPath(directory));
                    json.WriteNumber("seconds", elapsed.TotalSeconds);
                });
            }
            else
            {
                context.Terminal.WriteProperties(Path.GetFullPath(directory), [("Time", elapsed)]);
            }
        });
        return command;
    }
}
