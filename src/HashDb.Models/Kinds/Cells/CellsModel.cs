// A partition of space as a hash function: the hashcode is the number of the nearest centre. Nearest by Euclidean distance after the
// preprocessing, which is the largest <x, c> - |c|^2 / 2: one product of matrices, then a maximum. At a tie the smaller number wins.
// Immutable, safe for many threads.
using System.Buffers;
using System.Numerics;
using HashDb.Models.Encoding;
using HashDb.Models.Numerics;

namespace HashDb.Models.Kinds.Cells;

/// <summary>Cells around centres, for vectors without labels. Near numbers are not near cells: there is no Hamming distance.</summary>
public sealed class CellsModel : IHashModel
{
    /// <summary>The kind of these models.</summary>
    public const string KindName = "cells";

    /// <summary>65,536: comparing a query with more centres than that costs more than they save.</summary>
    public const int MaxCellCount = 1 << 16;

    internal const string AutomaticName = "automatic";

    private const int PanelRows = 64;
    private const int PanelScores = 1 << 17;

    private readonly float[] _centres;
    private readonly PackedProjection _projection;

    internal CellsModel(int dimensions, float[] centres, Preprocessing preprocessing, ModelProvenance provenance)
    {
        Dimensions = dimensions;
        CellCount = centres.Length / dimensions;
        if (CellCount is < 1 or > MaxCellCount)
            throw new ArgumentException($"There are {CellCount} cells; it must be 1 to {MaxCellCount}.", nameof(centres));
        preprocessing.CheckFits(dimensions);
        Preprocessing = preprocessing;
        Provenance = provenance;
        BitCount = BitCountOf(CellCount);
        _centres = centres;
        float[] bias = new float[CellCount];
        for (int cell = 0; cell < CellCount; cell++)
            bias[cell] = (float)(-.5 * StripedMath.SumOfSquares(Centre(cell)));
        _projection = new PackedProjection(centres, bias, CellCount, dimensions);
    }

    /// <inheritdoc/>
    public string Kind => KindName;

    /// <inheritdoc/>
    public int Dimensions { get; }

    /// <inheritdoc/>
    public int BitCount { get; }

    /// <inheritdoc/>
    public int TableCount => 1;

    /// <inheritdoc/>
    public Preprocessing Preprocessing { get; }

    /// <inheritdoc/>
    public ModelProvenance Provenance { get; }

    /// <summary>Number of cells, 1 to <see cref="MaxCellCount"/>.</summary>
    public int CellCount { get; }

    /// <summary>True when a collection has trained them for itself, and may train others when it has grown.</summary>
    public bool IsAutomatic =>
        Provenance.Options.TryGetValue(AutomaticName, out ModelValue value) && value.Kind == ModelValueKind.Boolean && value.AsBoolean();

    /// <summary>The centres: row-major, <c>CellCount * Dimensions</c>, float32, of preprocessed vectors.</summary>
    public ReadOnlyMemory<float> Centres => _centres;

    /// <summary>Bits of the number of a cell.</summary>
    public static int BitCountOf(int cellCount) => Math.Max(Hashcode.MinBitCount, BitOperations.Log2((uint)Math.Max(1, cellCount - 1)) + 1);

    /// <summary>How near preprocessed rows are to each centre: <c>&lt;x, c&gt; - |c|^2 / 2</c>, larger is nearer.</summary>
    /// <param name="rows">Row-major, <c>count * Dimensions</c>, float32, preprocessed.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="scores">Receives <c>count * CellCount</c> values, row-major.</param>
    public void Score(ReadOnlySpan<float> rows, int count, Span<float> scores) => _projection.Project(rows, count, scores);

    /// <summary>The cell whose number a packed hashcode is.</summary>
    public static int CellOf(ReadOnlySpan<byte> hashcode) => hashcode.Length == 1 ? hashcode[0] : hashcode[0] | (hashcode[1] << 8);

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<float> vectors, int count, Span<byte> hashcodes)
    {
        MatrixShape.Check(vectors.Length, count, Dimensions, nameof(vectors));
        int codeBytes = HashcodeMath.ByteCount(BitCount);
        if (hashcodes.Length != (long)count * codeBytes)
            throw new ArgumentException(
                $"{count} vectors have {(long)count * codeBytes} bytes of hashcodes, the span holds {hashcodes.Length}.",
                nameof(hashcodes));
        int panel = Math.Clamp(PanelScores / CellCount, 1, PanelRows);
        float[] rented = ArrayPool<float>.Shared.Rent(panel * (Dimensions + CellCount));
        try
        {
            for (int first = 0; first < count; first += panel)
            {
                int rows = Math.Min(panel, count - first);
                Span<float> prepared = rented.AsSpan(0, rows * Dimensions);
                Span<float> scores = rented.AsSpan(prepared.Length, rows * CellCount);
                for (int i = 0; i < rows; i++)
                {
                    RowFault fault = Preprocessing.TryApply(
                        vectors.Slice((first + i) * Dimensions, Dimensions), prepared.Slice(i * Dimensions, Dimensions));
                    if (fault != RowFault.None)
                        throw Preprocessing.BadRow(fault, first + i, nameof(vectors));
                }
                Score(prepared, rows, scores);
                for (int i = 0; i < rows; i++)
                    Pack(Largest(scores.Slice(i * CellCount, CellCount)), hashcodes.Slice((first + i) * codeBytes, codeBytes));
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// A bit's margin is how much nearer the nearest centre with the bit set is than the nearest without it, in terms of
    /// <see cref="Score"/>; where all centres agree, a large number of that sign.
    /// </remarks>
    public void EncodeWithMargins(ReadOnlySpan<float> vector, Span<byte> hashcodes, Span<float> margins)
    {
        if (margins.Length != BitCount)
            throw new ArgumentException($"A vector has {BitCount} margins, the span holds {margins.Length}.", nameof(margins));
        Encode(vector, 1, hashcodes);
        float[] prepared = new float[Dimensions];
        float[] scores = new float[CellCount];
        Preprocessing.Apply(vector, prepared);
        Score(prepared, 1, scores);
        for (int bit = 0; bit < BitCount; bit++)
        {
            (float with, float without) = (float.MinValue / 4, float.MinValue / 4);
            for (int cell = 0; cell < CellCount; cell++)
            {
                if ((cell >> bit & 1) != 0)
                    with = Math.Max(with, scores[cell]);
                else
                    without = Math.Max(without, scores[cell]);
            }
            // A tie goes to the smaller number, as in Encode.
            bool isSet = (CellOf(hashcodes) >> bit & 1) != 0;
            margins[bit] = isSet ? Math.Max(with - without, float.Epsilon) : Math.Min(with - without, -float.Epsilon);
        }
    }

    private ReadOnlySpan<float> Centre(int cell) => _centres.AsSpan(cell * Dimensions, Dimensions);

    private static int Largest(ReadOnlySpan<float> scores)
    {
        int best = 0;
        for (int cell = 1; cell < scores.Length; cell++)
        {
            if (scores[cell] > scores[best])
                best = cell;
        }
        return best;
    }

    private static void Pack(int cell, Span<byte> hashcode)
    {
        hashcode[0] = (byte)cell;
        if (hashcode.Length > 1)
            hashcode[1] = (byte)(cell >> 8);
    }
}
