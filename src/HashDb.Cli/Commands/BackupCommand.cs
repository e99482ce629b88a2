using System.CommandLine;
using System.Diagnostics;
using HashDb.Cli.Input;
using HashDb.Client;

namespace HashDb.Cli.Commands;

/// <summary><c>hashdb backup</c>: a copy that opens as a database.</summary>
internal static class BackupCommand
{
    public static Command Create()
    {
        Argument<string> database = CommonOptions.Database();
        var target = new Argument<string>(
            "DIR")
        { Description = "Directory of the copy, on the server's machine when DB is an address; must not exist or be empty." };
        target.Validators.Add(result =>
        {
            string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (HashDbClient.IsAddress(text))
                result.AddError($"DIR is '{text}'; a copy is written to a directory, on the machine of DB.");
            else if (DatabasePath.MistakeIn(text) is { } mistake)
                result.AddError($"DIR is '{text}'; {mistake}");
        });
        var command = new Command("backup", "Copy a database.") { database, target };
        command.SetBody(async context =>
        {
            // A server writes the copy on its own machine, where relative paths begin elsewhere.
            string directory = HashDbClient.IsAddress(context.Get(database)) ? context.Get(target) : Path.GetFullPath(context.Get(target));
            long start = Stopwatch.GetTimestamp();
            await using HashDbConnection client = await context.OpenAsync(context.Get(database));
            await client.BackupAsync(directory, context.CancellationToken);
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            if (context.Json)
            {
                context.Lines.Write(json =>
                {
                    json.WriteString("backup", directory);
                    json.WriteNumber("seconds", elapsed.TotalSeconds);
                });
            }
            else
            {
                context.Terminal.WriteProperties(directory, [("Time", elapsed)]);
            }
        });
        return command;
    }
}
