// Standard output and standard error as the system has them. The runtime's own streams pass over a reader that has gone, end the process
// when standard error is full, and take whatever file happens to have the number of a stream that was closed for the stream.
//
// Invariants: what cannot be written to standard error is lost and nothing else; what cannot be written to standard output is an
// exception, a reader that has gone one of its own. The log alone is told what standard error did not take, so that it can be counted.
// A terminal keeps the runtime's streams. Safe for many threads.
using System.Runtime.InteropServices;

namespace HashDb.Cli.Output;

internal static partial class StandardStreams
{
    private const int OutputDescriptor = 1;
    private const int ErrorDescriptor = 2;
    private const int GetDescriptorFlags = 1;
    private const int CloseOnExec = 1;
    private const int WriteOnly = 1;

    private static bool _outputIsClosed;
    private static bool _errorIsClosed;

    /// <summary>Puts streams of ours in place of the console's. To be called before anything is written.</summary>
    public static void Prepare()
    {
        if (OperatingSystem.IsWindows())
            return;
        _outputIsClosed = IsClosed(OutputDescriptor);
        _errorIsClosed = IsClosed(ErrorDescriptor);
        if (_outputIsClosed || Console.IsOutputRedirected)
            Console.SetOut(WriterTo(OpenOutput()));
        if (_errorIsClosed)
            Console.SetError(TextWriter.Null);
        else if (Console.IsErrorRedirected)
            Console.SetError(WriterTo(new DescriptorStream(ErrorDescriptor, "standard error", losesWhatFails: true)));
    }

    /// <summary>Standard output for bytes.</summary>
    public static Stream OpenOutput()
    {
        if (OperatingSystem.IsWindows())
            return Console.OpenStandardOutput();
        return new DescriptorStream(_outputIsClosed ? -1 : OutputDescriptor, "standard output", losesWhatFails: false);
    }

    /// <summary>
    /// Standard error for the log, where what cannot be written is an exception; null where the console's own is to be used.
    /// </summary>
    public static Stream? OpenErrorForLog()
    {
        if (OperatingSystem.IsWindows() || (!_errorIsClosed && !Console.IsErrorRedirected))
            return null;
        return new DescriptorStream(_errorIsClosed ? -1 : ErrorDescriptor, "standard error", losesWhatFails: false);
    }

    private static StreamWriter WriterTo(Stream stream) => new(stream, Console.OutputEncoding) { AutoFlush = true };

    // What was handed to the process has no such flag, and every file that the runtime opens has it: a number with the flag was closed
    // when the process began, and belongs to a file by now. A number that is still free is taken here, so that no file gets it.
    private static bool IsClosed(int descriptor)
    {
        int flags = Control(descriptor, GetDescriptorFlags);
        if (flags >= 0)
            return (flags & CloseOnExec) != 0;
        int taken = OpenFile("/dev/null", WriteOnly);
        if (taken >= 0 && taken != descriptor)
            _ = CloseFile(taken);
        return true;
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseFile(int descriptor);
}
