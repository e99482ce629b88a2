namespace HashDb.Protocol;

/// <summary>Abilities on which the two sides agree in the handshake: what both have. Unknown bits are ignored.</summary>
[Flags]
internal enum ProtocolFeatures
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Every frame after the handshake carries a CRC-32C. Worth asking for without TLS, which has checksums of its own.</summary>
    Checksums = 1,
}
