namespace HashDb.Client.Internal.Remote;

/// <summary>How a call is repeated and how long it may take.</summary>
internal enum CallKind
{
    /// <summary>Changes nothing, or carries a stamp: sent again when the connection breaks, within the time limit of requests.</summary>
    Repeatable,

    /// <summary>Can be sent again, but takes as long as it takes: checkpoints.</summary>
    Long,

    /// <summary>Sent once, because doing it twice is another thing than doing it once; takes as long as it takes.</summary>
    Once,
}
