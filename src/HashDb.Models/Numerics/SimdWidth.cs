namespace HashDb.Models.Numerics;

/// <summary>The register width a projection runs at. Results do not depend on it; only tests and benchmarks choose one.</summary>
internal enum SimdWidth
{
    /// <summary>One value at a time.</summary>
    Scalar = 0,

    /// <summary>4 values.</summary>
    Bits128 = 128,

    /// <summary>8 values.</summary>
    Bits256 = 256,

    /// <summary>16 values.</summary>
    Bits512 = 512,
}
