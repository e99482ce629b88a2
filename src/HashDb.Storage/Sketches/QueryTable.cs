// A query's side of the scan: for every four bits of a sketch the 16 possible sums of four signed coordinates, as bytes. An entry is
// (sum + sum of magnitudes) * scale, rounded, at most 127, so that two entries add up in a byte; the sums over a sketch of 2,048 bits fit
// 16 bits.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HashDb.Storage.Sketches;

internal sealed class QueryTable
{
    public const int EntriesPerNibble = 16;
    private const float LargestEntry = 127;

    private readonly byte[] _entries;

    public QueryTable(SketchShape shape)
    {
        Shape = shape;
        _entries = GC.AllocateUninitializedArray<byte>(shape.Bits / 4 * EntriesPerNibble, pinned: true);
    }

    public SketchShape Shape { get; }

    public ReadOnlySpan<byte> Entries => _entries;

    /// <summary>Where the entries lie; they do not move.</summary>
    public unsafe byte* Pointer => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_entries));

    /// <summary>A sum of signed coordinates is <c>Step * sum of entries - Shift</c>.</summary>
    public float Step { get; private set; }

    /// <inheritdoc cref="Step"/>
    public float Shift { get; private set; }

    /// <summary>Fills the table.</summary>
    /// <param name="rotated">The query's rotated coordinates.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(ReadOnlySpan<float> rotated)
    {
        float largest = 0;
        double total = 0;
        for (int i = 0; i < Shape.Bits; i += 4)
        {
            float magnitude = Magnitude(rotated, i);
            largest = Math.Max(largest, magnitude);
            total += magnitude;
        }
        float scale = largest > 0 ? LargestEntry / (2 * largest) : 0;
        Step = scale > 0 ? 1 / scale : 0;
        Shift = (float)total;
        Vector512<float> s0 = Signs(1), s1 = Signs(2), s2 = Signs(4), s3 = Signs(8);
        ref byte entries = ref MemoryMarshal.GetArrayDataReference(_entries);
        for (int i = 0; i < Shape.Bits; i += 4)
        {
            Vector512<float> sums = ((s0 * rotated[i]) + (s1 * rotated[i + 1])) + ((s2 * rotated[i + 2]) + (s3 * rotated[i + 3]));
            sums = ((sums + Vector512.Create(Magnitude(rotated, i))) * scale) + Vector512.Create(.5f);
            Vector512<int> whole = Vector512.ConvertToInt32(sums);
            Vector256<short> words = Vector256.Narrow(whole.GetLower(), whole.GetUpper());
            Vector128<sbyte> bytes = Vector128.Narrow(words.GetLower(), words.GetUpper());
            bytes.AsByte().StoreUnsafe(ref entries, (nuint)(i * EntriesPerNibble / 4));
        }
    }

    private static float Magnitude(ReadOnlySpan<float> rotated, int i) =>
        (Math.Abs(rotated[i]) + Math.Abs(rotated[i + 1])) + (Math.Abs(rotated[i + 2]) + Math.Abs(rotated[i + 3]));

    private static Vector512<float> Signs(int bit)
    {
        Span<float> signs = stackalloc float[EntriesPerNibble];
        for (int i = 0; i < signs.Length; i++)
            signs[i] = (i & bit) != 0 ? 1 : -1;
        return Vector512.Create<float>(signs);
    }
}
