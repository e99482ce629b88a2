// The refusals of a server that has enough to do. All are transient: the same request may succeed later.
using System.Globalization;

namespace HashDb.Server.Internal.Requests;

internal static class Overload
{
    public static HashDbException OfMemory(long bytes, TimeSpan waited) => new(
        HashDbErrorCode.Overloaded,
        string.Create(
            CultureInfo.InvariantCulture,
            $"The request needs {bytes} bytes of the server's request memory, and other requests did not give them back within "
            + $"{waited.TotalSeconds:0.###} s. Try again later."),
        isTransient: true);

    public static HashDbException OfRate(int limit) => new(
        HashDbErrorCode.Overloaded, $"The connection sent more than {limit} requests a second. Try again later.", isTransient: true);

    public static HashDbException OfConnections(int limit) => new(
        HashDbErrorCode.Overloaded, $"The server has {limit} connections, which is its limit. Try again later.", isTransient: true);

    public static HashDbException OfSlowClient() => new(
        HashDbErrorCode.Overloaded,
        $"The answer was given up: the client took less than {MemoryShare.LeastProgress} bytes of it in a second, and others waited for "
        + "the server's request memory. Ask for less at a time, or try again later.",
        isTransient: true);

    public static HashDbException OfStopping() =>
        new(HashDbErrorCode.Overloaded, "The server is stopping. Try again later.", isTransient: true);

    public static HashDbException OfSwitch() => new(
        HashDbErrorCode.Overloaded, "Another generation began to serve while hashcodes were compared with the one before. Try again.",
        isTransient: true);
}
