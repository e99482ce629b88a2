// How many connections fit the number of files that the process may have open. Without descriptors nothing can be written, so they are
// divided before the first connection comes: what is open already, as much again for a generation that is built beside the live one,
// a reserve for everything else, and the rest for connections. Threading: called once, at start.
using System.Globalization;

namespace HashDb.Server.Internal.Hosting;

internal static class DescriptorBudget
{
    /// <summary>64 sockets beyond the places: those that are told that there is none.</summary>
    public const int Refusing = 64;

    /// <summary>256 descriptors for log segments, backups, new collections and the runtime.</summary>
    private const int Reserve = 256;

    /// <summary>16 places: with fewer a server is of no use.</summary>
    private const int LeastConnections = 16;

    private const string LimitName = "Max open files";

    /// <summary>Checks the limits of the process; lowers the default number of connections when it does not fit.</summary>
    /// <exception cref="ArgumentException">The number that was given does not fit.</exception>
    public static HashDbServerOptions Fit(HashDbServerOptions options, int httpConnections, Action<int, long> onLowered)
    {
        if (ReadLimit() is not { } limit)
            return options;
        long open = Directory.GetFileSystemEntries("/proc/self/fd").Length;
        return Fit(options, limit, open, httpConnections, onLowered);
    }

    public static HashDbServerOptions Fit(
        HashDbServerOptions options, long limit, long open, int httpConnections, Action<int, long> onLowered)
    {
        long most = limit - 2 * open - Reserve - Refusing - httpConnections;
        if (options.MaxConnections <= most)
            return options;
        if (options.MaxConnections != HashDbServerOptions.DefaultMaxConnections || most < LeastConnections)
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"MaxConnections is {options.MaxConnections}; the process may have {limit} files open, of which {Math.Max(most, 0)} "
                    + $"are left for connections. Allow more (ulimit -n, LimitNOFILE), or fewer connections."),
                nameof(options));
        onLowered((int)most, limit);
        return options with { MaxConnections = (int)most };
    }

    /// <summary>RLIMIT_NOFILE, which the runtime has raised to its hard limit; null where the system does not say.</summary>
    private static long? ReadLimit()
    {
        try
        {
            string? line = File.ReadLines("/proc/self/limits").FirstOrDefault(text => text.StartsWith(LimitName, StringComparison.Ordinal));
            string? soft = line?[LimitName.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
            return long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out long limit) ? limit : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
