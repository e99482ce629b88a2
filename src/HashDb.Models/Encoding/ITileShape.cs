// The two shapes of the kernel's register block: eight rows by one tile of columns for batches, where each weight that is
// read serves eight rows; and one row by up to four tiles for single vectors, where several chains hide the latency of the
// multiply-add. Both are compile-time constants, so that the kernel is one loop.
namespace HashDb.Models.Encoding;

/// <summary>Shape of the register block.</summary>
internal interface ITileShape
{
    /// <summary>Pairs of one row and one tile that are summed at a time: 1, 2, 4 or 8.</summary>
    static abstract int Slots { get; }

    /// <summary>True when the slots are rows that share a tile, false when they are tiles that share a row.</summary>
    static abstract bool SlotsAreRows { get; }
}

/// <summary>Eight rows by one tile.</summary>
internal struct EightRows : ITileShape
{
    public static int Slots => 8;

    public static bool SlotsAreRows => true;
}

/// <summary>One row by one tile.</summary>
internal struct OneTile : ITileShape
{
    public static int Slots => 1;

    public static bool SlotsAreRows => false;
}

/// <summary>One row by two tiles.</summary>
internal struct TwoTiles : ITileShape
{
    public static int Slots => 2;

    public static bool SlotsAreRows => false;
}

/// <summary>One row by four tiles.</summary>
internal struct FourTiles : ITileShape
{
    public static int Slots => 4;

    public static bool SlotsAreRows => false;
}
