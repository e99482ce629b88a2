namespace HashDb.Cli.Output;

/// <summary>Nobody reads standard output any more, as when it is piped into <c>head</c>.</summary>
internal sealed class ReaderGoneException() : IOException("standard output: nobody reads it any more");
