// The cell of a row: its hashcode under a model of cells; under another model the nearest centre, found again whenever it is wanted and
// stored nowhere but in the blocks of sketches. One thread at a time.
using System.Runtime.InteropServices;
using HashDb.Models;
using HashDb.Models.Kinds.Cells;
using HashDb.Storage.Records;

namespace HashDb.Storage.Sketches;

internal sealed class RowCells(CellsModel cells, bool areHashcodes, RecordStore records)
{
    private readonly byte[] _code = new byte[HashcodeMath.ByteCount(cells.BitCount)];
    private readonly float[] _prepared = new float[cells.Dimensions];

    /// <summary>The number of a row's cell; 0 for a vector that is damaged, which every search that comes there reads and names.</summary>
    /// <param name="row">The row, whose vector is in the record files.</param>
    /// <param name="hashcode">Its packed hashcodes.</param>
    public int Of(uint row, ReadOnlySpan<byte> hashcode)
    {
        if (areHashcodes)
            return CellsModel.CellOf(hashcode);
        ReadOnlySpan<float> vector = MemoryMarshal.Cast<byte, float>(records.Vectors.Row(row));
        if (cells.Preprocessing.TryApply(vector, _prepared) != RowFault.None)
            return 0;
        cells.Encode(vector, 1, _code);
        return CellsModel.CellOf(_code);
    }
}
