// How the failure of a command is told: one line on standard error, and an exit code.
using System.ComponentModel;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text.Json;
using HashDb.Cli.Output;

namespace HashDb.Cli;

internal static class CommandFailure
{
    /// <summary>Says why a command failed.</summary>
    /// <returns>The exit code of the process.</returns>
    public static int Report(Exception error)
    {
        if (Chain(error).Any(each => each is ReaderGoneException))
            return CommandLine.ReaderGone;
        Write(Describe(error));
        return CommandLine.Failed;
    }

    /// <summary>Writes a line to standard error; what cannot be written is lost.</summary>
    public static void Write(string message)
    {
        try
        {
            Console.Error.WriteLine($"hashdb: {message}");
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // Nobody is left to tell.
        }
    }

    private static string Describe(Exception error) => error switch
    {
        AggregateException { InnerException: { } inner } => Describe(inner),
        OutOfMemoryException => "there is not enough memory for that; take fewer rows at a time (--rows).",
        OverflowException => "the sizes are beyond what one array holds; take fewer rows at a time (--rows).",
        _ when IsExpected(error) => ErrorText.Of(error),

        // The last resort of a process: say everything, and fail.
        _ => $"an error that should not happen: {error}",
    };

    /// <summary>True for what files, options, streams, the network and the machine can cause.</summary>
    private static bool IsExpected(Exception error) =>
        error is HashDbException or IOException or UnauthorizedAccessException or ArgumentException
            or InvalidDataException or FormatException or NotSupportedException or TimeoutException
            or CryptographicException or AuthenticationException or JsonException or Win32Exception;

    private static IEnumerable<Exception> Chain(Exception error)
    {
        for (Exception? each = error; each is not null; each = each.InnerException)
            yield return each;
    }
}
