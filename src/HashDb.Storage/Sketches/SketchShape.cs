// What a sketch has: bits, and where they lie in a block. A block holds 64 rows:
//
//   header   64 bytes        checksum, cell, rows
//   lines    bits / 8 * 64   line g: byte i holds bits 8 g to 8 g + 7 of row i
//   factors  3 * 64 float32  of each row: offset, slope, spread (SketchEncoder.cs)
//   rows     64 uint32       numbers of the rows
using HashDb.Models;

namespace HashDb.Storage.Sketches;

internal sealed class SketchShape
{
    public const int BlockRows = 64;

    /// <summary>Bits come in steps of this many: one register of the transform.</summary>
    public const int LengthStep = 16;

    public const int HeaderBytes = 64;

    /// <summary>Fewer bits than this say little, whatever the dimensions.</summary>
    private const int MinLength = 64;

    /// <summary>More say little that reading the vector would not say better.</summary>
    private const int MaxBits = 2_048;

    public SketchShape(int dimensions)
    {
        Dimensions = dimensions;
        Length = Math.Max(MinLength, (dimensions + LengthStep - 1) / LengthStep * LengthStep);
        Bits = Math.Min(Length, MaxBits);
    }

    public int Dimensions { get; }

    /// <summary>Coordinates of the rotated vector: the dimensions, and zeros up to a whole register.</summary>
    public int Length { get; }

    /// <summary>Coordinates of which the sign is kept.</summary>
    public int Bits { get; }

    public int Lines => Bits / 8;

    public int FactorsOffset => HeaderBytes + (Lines * BlockRows);

    public int RowsOffset => FactorsOffset + (3 * BlockRows * sizeof(float));

    public int BlockBytes => RowsOffset + (BlockRows * sizeof(uint));
}
