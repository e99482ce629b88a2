using System.Globalization;
using Microsoft.Extensions.Logging;

namespace HashDb.Cli.Output;

/// <summary>Writes log messages to standard error, one line each.</summary>
internal sealed class StandardErrorLoggerProvider : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Logger(categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            string cause = exception is null ? "" : $" {ErrorText.Of(exception)}";
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{logLevel.ToString().ToLowerInvariant()} {category}[{eventId.Id}]: {formatter(state, exception)}{cause}"));
        }
    }
}
