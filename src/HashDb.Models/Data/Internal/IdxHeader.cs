// The header of an IDX file (MNIST's format): two zero bytes, element type, rank, then the axes as big-endian uint32. Stateless.
using System.Buffers.Binary;

namespace HashDb.Models.Data.Internal;

internal static class IdxHeader
{
    public const int TypeOffset = 2;
    public const int RankOffset = 3;
    public const int FirstAxisOffset = 4;

    /// <summary>
    /// True when the first bytes can start an IDX file. They cannot start a vecs file, whose first four bytes would then be
    /// a dimension of 16 million or more.
    /// </summary>
    public static bool IsMagic(ReadOnlySpan<byte> start) =>
        start.Length >= FirstAxisOffset && start[0] == 0 && start[1] == 0 && TypeOf(start[TypeOffset]) is not null && start[RankOffset] > 0;

    /// <summary>Reads the header from the first byte on; leaves the source at the first row.</summary>
    public static ArrayLayout Read(DataSource source)
    {
        Span<byte> magic = stackalloc byte[FirstAxisOffset];
        source.ReadExactly(magic, "IDX magic");
        ElementType type = TypeOf(magic[TypeOffset])
            ?? throw source.Corrupt(TypeOffset, $"0x{magic[TypeOffset]:x2} is no IDX element type");
        int rank = magic[RankOffset];
        if (rank > DataLimits.MaxRank)
            throw source.Corrupt(RankOffset, $"the IDX header claims {rank} axes; the limit is {DataLimits.MaxRank}");
        Span<byte> axes = stackalloc byte[rank * sizeof(uint)];
        source.ReadExactly(axes, "IDX axes");
        long[] shape = new long[rank];
        for (int i = 0; i < rank; i++)
            shape[i] = BinaryPrimitives.ReadUInt32BigEndian(axes[(i * sizeof(uint))..]);
        return new ArrayLayout(type, shape, source.Offset);
    }

    private static ElementType? TypeOf(byte code) => code switch
    {
        0x08 => new ElementType(ElementKind.Unsigned, 1),
        0x09 => new ElementType(ElementKind.Signed, 1),
        0x0b => new ElementType(ElementKind.Signed, 2, IsBigEndian: true),
        0x0c => new ElementType(ElementKind.Signed, 4, IsBigEndian: true),
        0x0d => new ElementType(ElementKind.Float, 4, IsBigEndian: true),
        0x0e => new ElementType(ElementKind.Float, 8, IsBigEndian: true),
        _ => null,
    };
}
