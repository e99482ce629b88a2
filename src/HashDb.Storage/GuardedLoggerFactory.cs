// The one place between the libraries and the logger of a program. A logger may fail: its disk is full, its stream is closed, it has a
// mistake. What it throws is caught here, so that it never decides how a call ends: not after the commit of a write, not in the middle
// of opening, where a lock would stay behind. The message is lost and counted.
//
// Threading: any thread, as far as the logger allows.
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

#pragma warning disable CA1031 // A program's logger may throw anything.

namespace HashDb.Storage;

/// <summary>A factory whose loggers throw nothing: messages that cannot be written are dropped and counted.</summary>
/// <remarks>
/// Every entry point of the libraries wraps the factory that it is given in this. Dropped messages are the counter
/// <see cref="StorageTelemetry.LogMessagesDroppedName"/>. The wrapped factory is not disposed of with it.
/// </remarks>
public sealed class GuardedLoggerFactory : ILoggerFactory
{
    private readonly ILoggerFactory _inner;

    private GuardedLoggerFactory(ILoggerFactory inner) => _inner = inner;

    /// <summary>A guarded form of a factory; of none, one whose loggers write nothing.</summary>
    /// <param name="factory">What a program gave, or null.</param>
    public static ILoggerFactory Of(ILoggerFactory? factory) => factory switch
    {
        null => NullLoggerFactory.Instance,
        GuardedLoggerFactory or NullLoggerFactory => factory,
        _ => new GuardedLoggerFactory(factory),
    };

    /// <summary>A logger that throws nothing; one that writes nothing when the program's factory cannot make one.</summary>
    /// <param name="categoryName">The name under which it writes.</param>
    public ILogger CreateLogger(string categoryName)
    {
        try
        {
            return new GuardedLogger(_inner.CreateLogger(categoryName));
        }
        catch (Exception)
        {
            StorageTelemetry.LogMessageDropped();
            return NullLogger.Instance;
        }
    }

    /// <summary>Adds a provider to the wrapped factory.</summary>
    /// <param name="provider">The provider.</param>
    public void AddProvider(ILoggerProvider provider) => _inner.AddProvider(provider);

    /// <summary>Does nothing: the wrapped factory belongs to whoever made it.</summary>
    public void Dispose()
    {
    }

    private sealed class GuardedLogger(ILogger inner) : ILogger
    {
        public bool IsEnabled(LogLevel logLevel)
        {
            try
            {
                return inner.IsEnabled(logLevel);
            }
            catch (Exception)
            {
                StorageTelemetry.LogMessageDropped();
                return false;
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            try
            {
                return inner.BeginScope(state) is { } scope ? new GuardedScope(scope) : null;
            }
            catch (Exception)
            {
                StorageTelemetry.LogMessageDropped();
                return null;
            }
        }

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            try
            {
                inner.Log(logLevel, eventId, state, exception, formatter);
            }
            catch (Exception)
            {
                StorageTelemetry.LogMessageDropped();
            }
        }
    }

    private sealed class GuardedScope(IDisposable inner) : IDisposable
    {
        public void Dispose()
        {
            try
            {
                inner.Dispose();
            }
            catch (Exception)
            {
                StorageTelemetry.LogMessageDropped();
            }
        }
    }
}
