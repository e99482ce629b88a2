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
                await Console.Error.WriteLineAsync("hashdb: cancelled.");
                return CommandLine.Failed;
            }
            catch (Exception error) when (IsExpected(error))
            {
                await Console.Error.WriteLineAsync($"hashdb: {error.Message}");
                return CommandLine.Failed;
            }
#pragma warning disable CA1031 // The last resort of a process: say everything, and fail.
            catch (Exception error)
#pragma warning restore CA1031
            {
                await Console.Error.WriteLineAsync($"hashdb: an error that should not happen: {error}");
                return CommandLine.Failed;
            }
        });

    private static bool IsExpected(Exception error) =>
        error is HashDbException or IOException or UnauthorizedAccessException or ArgumentException
            or InvalidDataException or FormatException;
}
