using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace HashDb.Cli.Output;

/// <summary>
/// Writes log messages to standard error, one line each. A line that cannot be written is an exception here: the libraries, through which
/// all messages come, drop and count it.
/// </summary>
internal sealed class StandardErrorLoggerProvider : ILoggerProvider
{
    private readonly Stream? _stream = StandardStreams.OpenErrorForLog();

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, _stream);

    public void Dispose()
    {
    }

    private sealed class Logger(string category, Stream? stream) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            string cause = exception is null ? "" : $" {ErrorText.Of(exception)}";
            string line = string.Create(
                CultureInfo.InvariantCulture,
                $"{logLevel.ToString().ToLowerInvariant()} {category}[{eventId.Id}]: {formatter(state, exception)}{cause}");
            if (stream is null)
                Console.Error.WriteLine(line);
            else
                stream.Write(Encoding.UTF8.GetBytes(line + Environment.NewLine));
        }
    }
}
