namespace HashDb;

/// <summary>What a token allows. Each scope includes those before it.</summary>
public enum AccessScope
{
    /// <summary>Nothing but the handshake, ping and cancellation.</summary>
    None = 0,

    /// <summary>Reading, probing, searching, statistics.</summary>
    Read = 1,

    /// <summary>Inserting, replacing, deleting, learning.</summary>
    Write = 2,

    /// <summary>Making and dropping collections, maintenance, backup, changing the model.</summary>
    Admin = 3,
}
