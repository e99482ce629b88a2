// One substring of the codes of a segment: the codes in order of the substring's value, and where each value begins. So those that share a
// value lie side by side. Codes of up to 64 bits stand in the table; of longer ones the table has the numbers only.
//
// Immutable. Arrays are pinned, so that kernels can read them by address; whoever reads holds the segment.
using System.Numerics;

namespace HashDb.Storage.Substrings;

internal sealed unsafe class SubstringTable
{
    private readonly uint[] _starts;
    private readonly uint[] _entries;
    private readonly uint[]? _narrow;
    private readonly ulong[]? _wide;

    /// <param name="codes">All codes of the segment.</param>
    /// <param name="offset">First bit of the substring.</param>
    /// <param name="width">Its bits.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public SubstringTable(CodeColumn codes, int offset, int width, CancellationToken cancellationToken)
    {
        (Offset, Width) = (offset, width);
        _starts = GC.AllocateArray<uint>((1 << width) + 1, pinned: true);
        _entries = GC.AllocateUninitializedArray<uint>(codes.Count, pinned: true);
        Starts = Address(_starts);
        Entries = Address(_entries);
        Count(codes, cancellationToken);
        if (codes.Words == 0)
        {
            _narrow = GC.AllocateUninitializedArray<uint>(codes.Count + HammingKernel.PaddingCodes, pinned: true);
            Narrow = Address(_narrow);
        }
        else if (codes.Words == 1)
        {
            _wide = GC.AllocateUninitializedArray<ulong>(codes.Count + HammingKernel.PaddingCodes, pinned: true);
            Wide = Address(_wide);
        }
        Fill(codes, cancellationToken);
    }

    public int Offset { get; }

    public int Width { get; }

    /// <summary>Where the codes with a value begin; one more entry says where the last ones end.</summary>
    public uint* Starts { get; }

    /// <summary>Numbers of the codes in the segment, in the order of the table.</summary>
    public uint* Entries { get; }

    /// <summary>The codes in the order of the table, when they have up to 32 bits.</summary>
    public uint* Narrow { get; }

    /// <summary>The codes in the order of the table, when they have 33 to 64 bits.</summary>
    public ulong* Wide { get; }

    /// <summary>Codes that a code shares its value with, itself included, on average over the codes.</summary>
    public double MeanBucket { get; private set; }

    public long Bytes => BytesOf(_entries.Length, Width, _narrow is not null ? 0 : _wide is not null ? 1 : 2);

    /// <summary>Memory of a table.</summary>
    /// <param name="count">Codes.</param>
    /// <param name="width">Bits of the substring.</param>
    /// <param name="words">Words of a code, 0 for codes of up to 32 bits.</param>
    public static long BytesOf(long count, int width, int words) =>
        ((1L << width) + count) * sizeof(uint) + (words switch { 0 => sizeof(uint), 1 => sizeof(ulong), _ => 0 } * count);

    /// <summary>The value of the substring in a code.</summary>
    public uint KeyOf(uint code) => (code >> Offset) & ((1u << Width) - 1);

    /// <inheritdoc cref="KeyOf(uint)"/>
    public uint KeyOf(ulong code) => (uint)(code >> Offset) & ((1u << Width) - 1);

    /// <inheritdoc cref="KeyOf(uint)"/>
    public uint KeyOf(ulong* code)
    {
        int word = Offset >> 6;
        int shift = Offset & 63;
        ulong bits = code[word] >> shift;
        if (shift + Width > 64)
            bits |= code[word + 1] << (64 - shift);
        return (uint)bits & ((1u << Width) - 1);
    }

    /// <summary>Bits of the substring that are set in the difference of two codes.</summary>
    public int Distance(uint left, uint right) => BitOperations.PopCount(KeyOf(left ^ right));

    /// <inheritdoc cref="Distance(uint, uint)"/>
    public int Distance(ulong left, ulong right) => BitOperations.PopCount(KeyOf(left ^ right));

    /// <inheritdoc cref="Distance(uint, uint)"/>
    public int Distance(ulong* left, ulong* right) => BitOperations.PopCount(KeyOf(left) ^ KeyOf(right));

    private uint KeyOf(CodeColumn codes, int index) => codes.Words switch
    {
        0 => KeyOf(codes.Narrow[index]),
        1 => KeyOf(codes.Wide[index]),
        _ => KeyOf(codes.Wide + ((long)index * codes.Words)),
    };

    /// <summary>Counts the codes of each value, and adds the counts up to where each value begins.</summary>
    private void Count(CodeColumn codes, CancellationToken cancellationToken)
    {
        for (int i = 0; i < codes.Count; i++)
        {
            if (i % CodeColumn.CodesPerCheck == 0)
                cancellationToken.ThrowIfCancellationRequested();
            Starts[KeyOf(codes, i) + 1]++;
        }
        double squares = 0;
        for (uint key = 0; key < 1u << Width; key++)
        {
            squares += (double)Starts[key + 1] * Starts[key + 1];
            Starts[key + 1] += Starts[key];
        }
        MeanBucket = codes.Count == 0 ? 0 : squares / codes.Count;
    }

    private void Fill(CodeColumn codes, CancellationToken cancellationToken)
    {
        for (int i = 0; i < codes.Count; i++)
        {
            if (i % CodeColumn.CodesPerCheck == 0)
                cancellationToken.ThrowIfCancellationRequested();
            uint at = Starts[KeyOf(codes, i)]++;
            Entries[at] = (uint)i;
            if (codes.Words == 0)
                Narrow[at] = codes.Narrow[i];
            else if (codes.Words == 1)
                Wide[at] = codes.Wide[i];
        }
        // Each start has moved on to where the next value begins.
        new ReadOnlySpan<uint>(Starts, 1 << Width).CopyTo(new Span<uint>(Starts + 1, 1 << Width));
        Starts[0] = 0;
    }

    private static T* Address<T>(T[] pinned)
        where T : unmanaged => (T*)System.Runtime.CompilerServices.Unsafe.AsPointer(
            ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(pinned));
}
