// The masks of a substring in order of the bits that they set: what is flipped to visit the keys around a key. Made once for each width
// and kept; at most 65,536 of a width, because beyond that a scan is faster.
using HashDb.Storage.Query;

namespace HashDb.Storage.Substrings;

internal sealed class SubstringMasks
{
    /// <summary>Widest substring: a table of 2^24 starts takes 64 MiB.</summary>
    public const int MaxWidth = 24;

    /// <summary>65,536 masks of one width: visiting so many buckets takes longer than a scan of a million codes.</summary>
    public const int MaxMasks = 1 << 16;

    private static readonly SubstringMasks?[] ByWidth = new SubstringMasks?[MaxWidth + 1];

    private readonly uint[] _masks;
    private readonly int[] _ends;

    private SubstringMasks(int width)
    {
        var ends = new List<int>();
        long size = 0;
        for (int ring = 0; ring <= width && size + HammingBall.RingSize(width, ring) <= MaxMasks; ring++)
            ends.Add((int)(size += HammingBall.RingSize(width, ring)));
        _ends = [.. ends];
        _masks = GC.AllocateUninitializedArray<uint>((int)size);
        int at = 0;
        for (int ring = 0; ring < _ends.Length; ring++)
        {
            foreach (ulong mask in HammingBall.Ring(width, ring))
                _masks[at++] = (uint)mask;
        }
    }

    /// <summary>The largest radius there are masks for.</summary>
    public int MaxRadius => _ends.Length - 1;

    public static SubstringMasks Of(int width)
    {
        SubstringMasks? masks = Volatile.Read(ref ByWidth[width]);
        if (masks is null)
            Volatile.Write(ref ByWidth[width], masks = new SubstringMasks(width));
        return masks;
    }

    /// <summary>The masks with at most so many bits.</summary>
    public ReadOnlyMemory<uint> Within(int radius) => _masks.AsMemory(0, Count(radius));

    /// <summary>How many masks have at most so many bits.</summary>
    public int Count(int radius) => radius < 0 ? 0 : _ends[radius];
}
