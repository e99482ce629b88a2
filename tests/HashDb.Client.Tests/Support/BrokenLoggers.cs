using Microsoft.Extensions.Logging;

namespace HashDb.Client.Tests.Support;

/// <summary>A logger of a program that fails at every message, and in all that it is asked besides.</summary>
internal sealed class BrokenLoggers : ILoggerFactory, ILogger, IDisposable
{
    private int _failures;

    /// <summary>How often it has thrown.</summary>
    public int Failures => Volatile.Read(ref _failures);

    /// <summary>True to fail when a logger is made, too.</summary>
    public bool MakesNone { get; init; }

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public ILogger CreateLogger(string categoryName) => MakesNone ? throw Fail() : this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => this;

    public bool IsEnabled(LogLevel logLevel) => logLevel == LogLevel.Debug ? throw Fail() : true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => throw Fail();

    public void Dispose()
    {
    }

    private InvalidOperationException Fail()
    {
        Interlocked.Increment(ref _failures);
        return new InvalidOperationException("The logger is broken.");
    }
}
