// Rows of an array that is stored with its first axis varying fastest (Fortran order): each column lies together. A block of rows is
// gathered from all columns, so that a file of any size is read in bounded memory. Not thread-safe.
//
// Invariant: a compressed file, which cannot be read from any place on, is held in memory as it is; that memory grows with what has
// really been read, because such a file may claim any size.
namespace HashDb.Models.Data.Internal;

internal sealed class ColumnMajorRows
{
    private const int BlockBytes = 1 << 25;
    private readonly DataSource _source;
    private readonly ArrayLayout _layout;
    private readonly long _rowCount;
    private readonly int _width;
    private readonly int _rowBytes;

    /// <summary>For each number of a row, in C order, the place of its column in the file.</summary>
    private readonly int[] _columns;
    private byte[] _block = [];
    private byte[] _column = [];
    private long _blockStart;
    private int _blockRows;
    private byte[]? _decompressed;

    public ColumnMajorRows(DataSource source, ArrayLayout layout, int elementsPerRow)
    {
        _source = source;
        _layout = layout;
        _rowCount = layout.Shape[0];
        _width = layout.Type.WidthBytes;
        _rowBytes = elementsPerRow * _width;
        _columns = PlaceColumns(layout.Shape, elementsPerRow);
    }

    /// <summary>Where a number lies in the data.</summary>
    public long OffsetOf(long row, int column) => _layout.DataOffset + (((_columns[column] * _rowCount) + row) * _width);

    /// <summary>Reads whole rows from a place on.</summary>
    /// <exception cref="CorruptDataException">The data ends before, or goes on behind its end.</exception>
    /// <exception cref="NotSupportedException">A compressed array does not fit into memory at once.</exception>
    public void Read(long firstRow, Span<byte> rows)
    {
        if (_source.IsCompressed)
            _decompressed ??= Decompress();
        while (!rows.IsEmpty)
        {
            if (firstRow < _blockStart || firstRow >= _blockStart + _blockRows)
                LoadBlock(firstRow);
            int from = (int)(firstRow - _blockStart);
            int count = Math.Min(_blockRows - from, rows.Length / _rowBytes);
            _block.AsSpan(from * _rowBytes, count * _rowBytes).CopyTo(rows);
            rows = rows[(count * _rowBytes)..];
            firstRow += count;
        }
    }

    private static int[] PlaceColumns(IReadOnlyList<long> shape, int elementsPerRow)
    {
        int[] columns = new int[elementsPerRow];
        for (int column = 0; column < elementsPerRow; column++)
        {
            // The last axis varies fastest in a row, but slowest in the file.
            int rest = column;
            int place = 0;
            int size = elementsPerRow;
            for (int axis = shape.Count - 1; axis > 0; axis--)
            {
                size /= (int)shape[axis];
                (rest, int index) = Math.DivRem(rest, (int)shape[axis]);
                place += index * size;
            }

            columns[column] = place;
        }

        return columns;
    }

    private void LoadBlock(long firstRow)
    {
        int count = (int)Math.Min(Math.Max(1, BlockBytes / _rowBytes), _rowCount - firstRow);
        if (_block.Length < count * _rowBytes)
        {
            _block = new byte[count * _rowBytes];
            _column = new byte[count * _width];
        }

        Span<byte> numbers = _column.AsSpan(0, count * _width);
        for (int column = 0; column < _columns.Length; column++)
        {
            long offset = OffsetOf(firstRow, column);
            int read = ReadAt(offset, numbers);
            if (read < numbers.Length)
                throw CutOff(offset + read);
            for (int row = 0; row < count; row++)
                numbers.Slice(row * _width, _width).CopyTo(_block.AsSpan((row * _rowBytes) + (column * _width), _width));
        }

        (_blockStart, _blockRows) = (firstRow, count);
    }

    private int ReadAt(long offset, Span<byte> buffer)
    {
        if (_decompressed is null)
            return _source.ReadAt(offset, buffer);
        _decompressed.AsSpan((int)(offset - _layout.DataOffset), buffer.Length).CopyTo(buffer);
        return buffer.Length;
    }

    private byte[] Decompress()
    {
        if (_rowCount > Array.MaxLength / _rowBytes)
            throw new NotSupportedException(
                $"{_source.Path} is a compressed array in Fortran order of more than {Array.MaxLength} bytes, which is not read: "
                + "decompress it, or save numpy.ascontiguousarray(array).");
        int expected = (int)_rowCount * _rowBytes;
        byte[] data = new byte[Math.Min(expected, 1 << 20)];
        int count = 0;
        while (count < expected)
        {
            if (count == data.Length)
                Array.Resize(ref data, (int)Math.Min(expected, 2L * data.Length));
            int read = _source.Read(data.AsSpan(count));
            if (read == 0)
                throw CutOff(_layout.DataOffset + count);
            count += read;
        }

        Span<byte> one = stackalloc byte[1];
        if (_source.Read(one) > 0)
            throw _source.Corrupt(
                _layout.DataOffset + expected, $"bytes follow the data of shape {_layout.ShapeText} of {_layout.Type}");
        return data;
    }

    private CorruptDataException CutOff(long end) => _source.Corrupt(
        end,
        $"the data is cut off: the shape {_layout.ShapeText} of {_layout.Type} takes {_layout.DataOffset + (_rowCount * _rowBytes)} "
        + $"bytes with its header, {end} are there");
}
