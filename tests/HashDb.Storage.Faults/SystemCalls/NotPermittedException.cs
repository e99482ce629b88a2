namespace HashDb.Storage.Faults.SystemCalls;

/// <summary>This system does not let one process watch another's system calls. The message says why.</summary>
internal sealed class NotPermittedException(string message) : Exception(message);
