// A command whose help ends with more than the list of its options, such as the settings of a trainer.
using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace HashDb.Cli;

internal sealed class NotedCommand(string name, string description) : Command(name, description)
{
    /// <summary>What the help ends with; null for nothing.</summary>
    public Func<string>? Notes { get; set; }

    /// <summary>Makes the help of a root command print the notes of its subcommands.</summary>
    public static void AddNotesToHelp(RootCommand root)
    {
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new Help((SynchronousCommandLineAction)help.Action!);
    }

    private sealed class Help(SynchronousCommandLineAction usual) : SynchronousCommandLineAction
    {
        // A command that is asked for help need not be complete.
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            int result = usual.Invoke(parseResult);
            if (parseResult.CommandResult.Command is NotedCommand { Notes: { } notes })
                parseResult.InvocationConfiguration.Output.WriteLine(notes());
            return result;
        }
    }
}
