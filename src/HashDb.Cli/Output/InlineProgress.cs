namespace HashDb.Cli.Output;

/// <summary>Reports where it is told, unlike <see cref="Progress{T}"/>, which posts and may change the order.</summary>
internal sealed class InlineProgress<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
