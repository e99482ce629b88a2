// The hashdb command: which commands there are, and how the end of one becomes an exit code.
//
// Invariants: exit code 0 when the command did what it was asked, 1 when it failed, 2 when it was called wrongly, 141 when it stopped
// because nobody read its answer any more. Standard output carries the answer alone; messages, progress and logs go to standard error.
using System.CommandLine;
using System.CommandLine.Invocation;
using HashDb.Cli.Commands;
using HashDb.Cli.Output;

namespace HashDb.Cli;

internal static class CommandLine
{
    public const int Succeeded = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;

    /// <summary>What a shell shows of a program that ends as its reader goes: 128 and the number of the signal for it.</summary>
    public const int ReaderGone = 141;

    /// <summary>How long a command may take to stop after Ctrl-C: batches on their way are waited for.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Parses and runs one command.</summary>
    /// <returns>The exit code of the process.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            StandardStreams.Prepare();
            return await ParseAndRunAsync(args);
        }
#pragma warning disable CA1031 // Every failure ends as a line and an exit code.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return CommandFailure.Report(error);
        }
    }

    private static async Task<int> ParseAndRunAsync(string[] args)
    {
        // Values such as @file are passed on as they are: no argument of ours is a response file.
        ParseResult parsed = CreateRoot().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && parsed.Action is null or ParseErrorAction)
        {
            foreach (string message in parsed.Errors.Select(error => error.Message).Distinct())
                CommandFailure.Write(ErrorText.OneLine(message));
            await Console.Error.WriteLineAsync($"Try '{PathOf(parsed)} --help'.");
            return WrongUsage;
        }

        var configuration = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = ServeCommand.IsRequested(parsed) ? null : StopTimeout,
        };
        return await parsed.InvokeAsync(configuration);
    }

    /// <summary>All commands.</summary>
    public static RootCommand CreateRoot()
    {
        var root = new RootCommand("HashDb: an embedded, durable index of learned hashcodes.")
        {
            DemoCommand.Create(),
            TrainCommand.Create(),
            ModelCommand.Create(),
            EvaluateCommand.Create(),
            EncodeCommand.Create(),
            CreateCommand.Create(),
            DropCommand.Create(),
            ImportCommand.Create(),
            ProbeCommand.Create(),
            SearchCommand.Create(),
            GetCommand.Create(),
            ListCommand.Create(),
            CountCommand.Create(),
            DeleteCommand.Create(),
            IndexCommand.Create(),
            StatsCommand.Create(),
            BucketsCommand.Create(),
            CheckpointCommand.Create(),
            CompactCommand.Create(),
            LearnCommand.Create(),
            PublishCommand.Create(),
            DiscardDraftCommand.Create(),
            ReindexCommand.Create(),
            RollbackCommand.Create(),
            DropPreviousCommand.Create(),
            VerifyCommand.Create(),
            RepairCommand.Create(),
            BackupCommand.Create(),
            ServeCommand.Create(),
            TokenCommand.Create(),
        };
        root.Options.Add(CommonOptions.Json);
        root.Options.Add(CommonOptions.Verbose);
        root.Options.Add(CommonOptions.Token);
        root.Options.Add(CommonOptions.Authorities);
        NotedCommand.AddNotesToHelp(root);
        return root;
    }

    private static string PathOf(ParseResult parsed)
    {
        var names = new List<string>();
        for (System.CommandLine.Parsing.SymbolResult? result = parsed.CommandResult; result is not null; result = result.Parent)
        {
            if (result is System.CommandLine.Parsing.CommandResult { Command: not RootCommand } command)
                names.Insert(0, command.Command.Name);
        }

        names.Insert(0, "hashdb");
        return string.Join(' ', names);
    }
}
