namespace HashDb.Protocol;

/// <summary>Limits of the protocol, each with its reason. All are checked before memory is taken.</summary>
internal static class ProtocolLimits
{
    /// <summary>The oldest version of the protocol that this build speaks.</summary>
    public const int LowestVersion = 1;

    /// <summary>The newest version of the protocol that this build speaks.</summary>
    public const int HighestVersion = 1;

    /// <summary>7420: the port when an address names none.</summary>
    public const int DefaultPort = 7420;

    /// <summary>
    /// 80 MiB of one frame's body: the engine's largest write, <see cref="StorageLimits.MaxBatchBytes"/>, with room for what
    /// surrounds it.
    /// </summary>
    public const int MaxFrameBytes = 80 * 1024 * 1024;

    /// <summary>64 KiB of a frame's body before the peer is known: a Hello with the longest name and token is far shorter.</summary>
    public const int MaxFrameBytesBeforeHello = 64 * 1024;

    /// <summary>1 MiB: a longer answer is cut into frames of about this size, so that short answers get in between.</summary>
    public const int AnswerFrameBytes = 1024 * 1024;

    /// <summary>64 KiB of one text in UTF-8 (names, paths, messages): what people read, not what they store.</summary>
    public const int MaxTextBytes = 64 * 1024;

    /// <summary>256 bytes of the name of a client or a server: it goes into every line of a log.</summary>
    public const int MaxPeerNameBytes = 256;

    /// <summary>4,096 bytes of a token: longer than any signed token in use.</summary>
    public const int MaxTokenBytes = 4096;

    /// <summary>65,536 requests that a peer may allow in flight on one connection: their bookkeeping stays within a few MiB.</summary>
    public const int MaxMaxInFlight = 65_536;

    /// <summary>100 ms between two frames of a statistics subscription: faster than an eye reads, slow enough to cost nothing.</summary>
    public const int MinStatisticsIntervalMilliseconds = StorageLimits.MinStatisticsIntervalMilliseconds;

    /// <summary>3,600,000 ms, an hour, between two frames of a statistics subscription: who wants less asks once.</summary>
    public const int MaxStatisticsIntervalMilliseconds = StorageLimits.MaxStatisticsIntervalMilliseconds;
}
