// The codes of consecutive rows under one hash table, each padded to 32 bits or to 1, 2, 4 or 8 words of 64, so that a kernel can go over
// them. Immutable. The array is pinned; whoever reads holds the column.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HashDb.Storage.Index;
using HashDb.Storage.Records;

namespace HashDb.Storage.Substrings;

internal sealed unsafe class CodeColumn
{
    /// <summary>65,536 codes take a fraction of a millisecond.</summary>
    public const int CodesPerCheck = 1 << 16;

    private readonly byte[] _bytes;

    /// <summary>Copies the codes of consecutive rows.</summary>
    public CodeColumn(
        PostingShape shape, CodeStore codes, int hashTable, uint firstRow, int count, CancellationToken cancellationToken)
    {
        (Words, Count) = (WordsOf(shape.BitCount), count);
        int stride = BytesOf(Words);
        _bytes = GC.AllocateArray<byte>(checked((count + HammingKernel.PaddingCodes) * stride), pinned: true);
        byte* to = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_bytes));
        Narrow = (uint*)to;
        Wide = (ulong*)to;
        for (int i = 0; i < count; i++, to += stride)
        {
            if (i % CodesPerCheck == 0)
                cancellationToken.ThrowIfCancellationRequested();
            Pack(shape.Code(codes.Row(firstRow + (uint)i), hashTable), to, Words);
        }
    }

    /// <summary>Words of a code, 0 for codes of up to 32 bits.</summary>
    public int Words { get; }

    public int Count { get; }

    /// <summary>The codes, when they have up to 32 bits.</summary>
    public uint* Narrow { get; }

    /// <summary>The codes, when they have more.</summary>
    public ulong* Wide { get; }

    public long Bytes => _bytes.LongLength;

    /// <summary>Words of a code of so many bits, 0 for up to 32 bits.</summary>
    public static int WordsOf(int bitCount) => bitCount switch
    {
        <= 32 => 0,
        <= 64 => 1,
        <= 128 => 2,
        <= 256 => 4,
        _ => 8,
    };

    /// <summary>Bytes of a code of so many words.</summary>
    public static int BytesOf(int words) => words == 0 ? sizeof(uint) : words * sizeof(ulong);

    /// <summary>Pads a code with zeros.</summary>
    public static void Pack(ReadOnlySpan<byte> code, void* to, int words)
    {
        var padded = new Span<byte>(to, BytesOf(words));
        code.CopyTo(padded);
        padded[code.Length..].Clear();
        if (BitConverter.IsLittleEndian)
            return;
        if (words == 0)
            MemoryMarshal.Cast<byte, uint>(padded)[0] = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(*(uint*)to);
        else
            System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(
                MemoryMarshal.Cast<byte, ulong>(padded), MemoryMarshal.Cast<byte, ulong>(padded));
    }
}
