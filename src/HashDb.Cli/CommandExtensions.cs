using System.CommandLine;

namespace HashDb.Cli;

/// <summary>Gives a command its body and turns the way it ends into an exit code.</summary>
internal static class CommandExtensions
{
    /// <summary>Sets the body of a command that succeeds unless it throws.</summary>
    public static void SetBody(this Command command, Func<CommandContext, Task> body) =>
        command.SetBody(async context =>
        {
            await body(context);
            return CommandLine.Succeeded;
        });

    /// <summary>Sets the body of a command that decides on its exit code.</summary>
    public static void SetBody(this Command command, Func<CommandContext, Task<int>> body) =>
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var context = new CommandContext(parsed, cancellationToken);
            try
            {
                return await body(context);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                CommandFailure.Write("cancelled.");
                return CommandLine.Failed;
            }
#pragma warning disable CA1031 // Every failure ends as a line and an exit code.
            catch (Exception error)
#pragma warning restore CA1031
            {
                return CommandFailure.Report(error);
            }
        });
}
