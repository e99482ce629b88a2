// Rows of raw numbers, whatever the file's format. Not thread-safe.
//
// Invariants: the shape is bounded and, unless the file is compressed, proven by the file's length before a row is read; a
// compressed file is checked against its shape as it is read, and for trailing bytes when its last row has been.
namespace HashDb.Models.Data.Internal;

internal sealed class RowSource : IDisposable
{
    private const int BufferBytes = 1 << 17;
    private readonly DataSource _source;
    private readonly ArrayLayout _layout;
    private readonly long _fileRowCount;
    private readonly long _firstRow;
    private readonly int _strideBytes;
    private readonly ColumnMajorRows? _columns;
    private byte[] _buffer = [];
    private long _sourceRow;

    private RowSource(DataSource source, ArrayLayout layout, RowRange? rows)
    {
        _source = source;
        _layout = layout;
        (ElementsPerRow, _strideBytes) = Measure(source, layout);
        _fileRowCount = layout.Shape[0];
        (_firstRow, RowCount) = (rows ?? default).Resolve(_fileRowCount, source.Path);
        if (layout.IsColumnMajor)
            _columns = new ColumnMajorRows(source, layout, ElementsPerRow);
        source.Skip(layout.DataOffset - source.Offset);
        if (_fileRowCount == 0)
            EnsureEnd();
    }

    public string Path => _source.Path;

    public ElementType Type => _layout.Type;

    public IReadOnlyList<long> Shape => _layout.Shape;

    public string ShapeText => _layout.ShapeText;

    /// <summary>True for the vecs formats, where a column of single numbers has a shape of (n, 1).</summary>
    public bool IsVecs => _layout.RowHeaderBytes > 0;

    /// <summary>False for a compressed file, which need not hold what its header claims.</summary>
    public bool IsLengthProven => !_source.IsCompressed;

    public int ElementsPerRow { get; }

    /// <summary>Rows of the range.</summary>
    public long RowCount { get; }

    /// <summary>Rows of the range read or skipped so far.</summary>
    public long Position { get; private set; }

    /// <summary>Opens a file of rows.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rows">The rows to read; all when null.</param>
    /// <param name="alongOneAxis">True to take the numbers of one axis for rows of one number, wherever the axis stands.</param>
    public static RowSource Open(string path, RowRange? rows, bool alongOneAxis = false)
    {
        DataSource source = DataSource.Open(path);
        try
        {
            ArrayLayout layout = ReadLayout(source);
            return new RowSource(source, alongOneAxis ? layout.AlongOneAxis() : layout, rows);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Reads the next rows into a buffer of this object, in native byte order; empty at the end. Valid until the next call.
    /// </summary>
    public Span<byte> Read(int maxRowCount, out int rowCount)
    {
        int rowsPerBuffer = Math.Max(1, BufferBytes / _strideBytes);
        rowCount = (int)Math.Min(Math.Min(maxRowCount, rowsPerBuffer), RowCount - Position);
        if (rowCount == 0)
            return [];
        if (_buffer.Length < rowCount * _strideBytes)
            _buffer = new byte[rowCount * _strideBytes];
        Span<byte> rows = _buffer.AsSpan(0, rowCount * _strideBytes);
        if (_columns is not null)
        {
            ReadInto(rows);
            return rows;
        }

        MoveToPosition();
        ReadExactly(rows);
        if (IsVecs)
            rows = StripHeaders(rows, rowCount);
        Advance(rowCount);
        ElementDecoder.ToNativeOrder(Type, rows);
        return rows;
    }

    /// <summary>Reads the next rows, all of them to be had, straight to where they belong; for formats without row headers.</summary>
    public void ReadInto(Span<byte> rows)
    {
        if (_columns is not null)
        {
            _columns.Read(_firstRow + Position, rows);
            Position += rows.Length / _strideBytes;
        }
        else
        {
            MoveToPosition();
            ReadExactly(rows);
            Advance(rows.Length / _strideBytes);
        }

        ElementDecoder.ToNativeOrder(Type, rows);
    }

    public void Skip(long rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, RowCount - Position);
        Position += rows;
    }

    /// <summary>An exception that names a number by its row in the file, its column and its offset.</summary>
    public CorruptDataException CorruptElement(long row, int column, string detail)
    {
        long fileRow = _firstRow + row;
        long offset = _columns?.OffsetOf(fileRow, column)
            ?? _layout.DataOffset + (fileRow * _strideBytes) + _layout.RowHeaderBytes + ((long)column * Type.WidthBytes);
        return _source.Corrupt(offset, ElementsPerRow == 1 ? $"row {fileRow} is {detail}" : $"row {fileRow}, column {column} is {detail}");
    }

    public void Dispose() => _source.Dispose();

    private static ArrayLayout ReadLayout(DataSource source)
    {
        Span<byte> start = stackalloc byte[KnownFiles.SampleBytes];
        start = start[..source.Read(start)];
        source.Restart();
        if (start.StartsWith(NpyHeader.Magic))
            return NpyHeader.Read(source);
        string extension = ExtensionOf(source.Path);
        // Before IDX: the number of rows that a bin file starts with may look like its magic.
        if (BinHeader.TypeOf(extension) is { } binType)
            return BinHeader.Read(source, binType);
        if (IdxHeader.IsMagic(start))
            return IdxHeader.Read(source);
        if (VecsHeader.TypeOf(extension) is { } vecsType)
            return VecsHeader.Read(source, vecsType);
        ReadOnlySpan<byte> shown = start[..Math.Min(start.Length, NpyHeader.Magic.Length)];
        throw source.Corrupt(
            0,
            "neither a numpy nor an IDX file (it starts with "
            + $"{(start.IsEmpty ? "nothing" : Convert.ToHexStringLower(shown))}), and '{extension}' is not .fvecs, .bvecs, .ivecs, "
            + $".fbin, .u8bin, .i8bin or .ibin{(KnownFiles.Describe(start) is { } known ? $"; {known}" : "")}");
    }

    private static string ExtensionOf(string path)
    {
        string extension = System.IO.Path.GetExtension(path);
        return extension.Equals(".gz", StringComparison.OrdinalIgnoreCase)
            ? System.IO.Path.GetExtension(System.IO.Path.GetFileNameWithoutExtension(path))
            : extension;
    }

    private static (int ElementsPerRow, int StrideBytes) Measure(DataSource source, ArrayLayout layout)
    {
        if (layout.Shape.Count == 0)
            throw new NotSupportedException(
                $"{source.Path}: the array is a single number, shape (); save an array with an entry for each row.");
        // The length comes first: a header that the file contradicts is damaged, whatever it says otherwise.
        CheckLength(source, layout);
        long elements = 1;
        foreach (long axis in layout.Shape.Skip(1))
        {
            // Compared at every axis, so that the product cannot overflow.
            if (axis < 1 || axis > ModelLimits.MaxDimensions || elements * axis > ModelLimits.MaxDimensions)
                throw new NotSupportedException(
                    $"{source.Path}: the rows of shape {layout.ShapeText} have 0 or too many dimensions; 1 to "
                    + $"{ModelLimits.MaxDimensions} are possible.");
            elements *= axis;
        }

        return ((int)elements, layout.RowHeaderBytes + ((int)elements * layout.Type.WidthBytes));
    }

    private static void CheckLength(DataSource source, ArrayLayout layout)
    {
        long bytes = layout.Type.WidthBytes;
        foreach (long axis in layout.Shape)
        {
            if (axis > 0 && bytes > (long.MaxValue - layout.DataOffset) / axis)
                throw source.Corrupt(-1, $"the shape {layout.ShapeText} of {layout.Type} takes more than 2^63 bytes");
            bytes *= axis;
        }

        long expected = layout.DataOffset + (layout.RowHeaderBytes * layout.Shape[0]) + bytes;
        if (source.Length is { } actual && actual != expected)
            throw source.Corrupt(
                Math.Min(actual, expected),
                $"the file is {(actual < expected ? "cut off" : "too long")}: the shape {layout.ShapeText} of {layout.Type} "
                + $"takes {expected} bytes with its header, the file has {actual}");
    }

    private void MoveToPosition()
    {
        long rows = _firstRow + Position - _sourceRow;
        if (rows == 0)
            return;
        long wanted = rows * _strideBytes;
        long start = _source.Offset;
        long skipped = _source.Skip(wanted);
        if (skipped < wanted)
            throw CutOff(start + skipped);
        _sourceRow += rows;
    }

    private void ReadExactly(Span<byte> rows)
    {
        long start = _source.Offset;
        int count = _source.Read(rows);
        if (count < rows.Length)
            throw CutOff(start + count);
    }

    private CorruptDataException CutOff(long end) =>
        _source.Corrupt(
            end,
            $"the data is cut off: the shape {ShapeText} of {Type} takes {_layout.DataOffset + (_fileRowCount * _strideBytes)} "
            + $"bytes with its header, {end} are there");

    private void Advance(int rowCount)
    {
        Position += rowCount;
        _sourceRow += rowCount;
        if (_sourceRow == _fileRowCount)
            EnsureEnd();
    }

    private void EnsureEnd()
    {
        Span<byte> one = stackalloc byte[1];
        long end = _source.Offset;
        if (_source.Read(one) > 0)
            throw _source.Corrupt(end, $"bytes follow the data, which the shape {ShapeText} of {Type} ends at {end}");
    }

    private Span<byte> StripHeaders(Span<byte> rows, int rowCount)
    {
        int rowBytes = ElementsPerRow * Type.WidthBytes;
        (int row, int dimensions) = VecsHeader.Strip(rows, rowCount, rowBytes, ElementsPerRow);
        if (row >= 0)
        {
            long fileRow = _sourceRow + row;
            throw _source.Corrupt(
                fileRow * _strideBytes, $"row {fileRow} claims {dimensions} dimensions, the first row has {ElementsPerRow}");
        }

        return rows[..(rowCount * rowBytes)];
    }
}
