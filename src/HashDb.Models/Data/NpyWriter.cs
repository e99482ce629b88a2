// Writes numpy files row by row. Not thread-safe.
//
// Invariant: the file of the given name is either the old one or complete: rows go to a temporary file beside it, which
// Complete flushes and renames; Dispose without Complete removes it.
using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using HashDb.Models.Data.Internal;
using HashDb.Models.Files;

namespace HashDb.Models.Data;

/// <summary>Writes a numpy file (format 1.0, little-endian, C order) of one or two axes whose number of rows is known beforehand.</summary>
public sealed class NpyWriter : IDisposable
{
    /// <summary>numpy aligns the first row to 64 bytes.</summary>
    private const int HeaderAlignment = 64;

    private const int FileBufferBytes = 1 << 16;

    private readonly FileStream _file;
    private readonly string _path;
    private readonly string _temporaryPath;
    private readonly NpyElementType _type;
    private readonly long _elementCount;
    private readonly int _elementsPerRow;
    private long _written;
    private bool _isFinished;

    private NpyWriter(string path, NpyElementType type, long rowCount, int? columnCount)
    {
        _path = Path.GetFullPath(path);
        _type = type;
        _elementsPerRow = columnCount ?? 1;
        RowCount = rowCount;
        _elementCount = checked(rowCount * _elementsPerRow);
        _temporaryPath = $"{_path}.{Guid.NewGuid():n}.tmp";
        byte[] header = MakeHeader(type, rowCount, columnCount);
        _file = new FileStream(_temporaryPath, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileBufferBytes);
        try
        {
            _file.Write(header);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Rows that the file will have.</summary>
    public long RowCount { get; }

    /// <summary>Begins an array of one axis: a number for each row.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The row count is negative or the type unknown.</exception>
    public static NpyWriter CreateVector(string path, NpyElementType type, long rowCount)
    {
        Check(path, type, rowCount);
        return new NpyWriter(path, type, rowCount, null);
    }

    /// <summary>Begins an array of two axes, <paramref name="rowCount"/> * <paramref name="columnCount"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The row count is negative, the columns are not 1 to <see cref="ModelLimits.MaxDimensions"/>, or the type is unknown.
    /// </exception>
    public static NpyWriter CreateMatrix(string path, NpyElementType type, long rowCount, int columnCount)
    {
        Check(path, type, rowCount);
        ArgumentOutOfRangeException.ThrowIfLessThan(columnCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(columnCount, ModelLimits.MaxDimensions);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rowCount, long.MaxValue / columnCount);
        return new NpyWriter(path, type, rowCount, columnCount);
    }

    /// <summary>Appends rows of uint8.</summary>
    /// <param name="rows">Whole rows, row-major.</param>
    /// <exception cref="ArgumentException">No whole rows, or more than were announced.</exception>
    /// <exception cref="InvalidOperationException">The file is of another type, or finished.</exception>
    public void Write(ReadOnlySpan<byte> rows) => Write(rows, NpyElementType.UInt8, sizeof(byte));

    /// <summary>Appends rows of int32.</summary>
    /// <inheritdoc cref="Write(ReadOnlySpan{byte})"/>
    public void Write(ReadOnlySpan<int> rows) => Write(MemoryMarshal.AsBytes(rows), NpyElementType.Int32, sizeof(int));

    /// <summary>Appends rows of int64.</summary>
    /// <inheritdoc cref="Write(ReadOnlySpan{byte})"/>
    public void Write(ReadOnlySpan<long> rows) => Write(MemoryMarshal.AsBytes(rows), NpyElementType.Int64, sizeof(long));

    /// <summary>Appends rows of float32.</summary>
    /// <inheritdoc cref="Write(ReadOnlySpan{byte})"/>
    public void Write(ReadOnlySpan<float> rows) => Write(MemoryMarshal.AsBytes(rows), NpyElementType.Float32, sizeof(float));

    /// <summary>Flushes the file to the disk and gives it its name, replacing a file of that name.</summary>
    /// <exception cref="InvalidOperationException">Rows are missing, or the file is finished already.</exception>
    public void Complete()
    {
        ThrowIfFinished();
        if (_written != _elementCount)
            throw new InvalidOperationException($"{_path}: {_written / _elementsPerRow} of {RowCount} rows were written.");
        _file.Flush();
        DeviceFlush.File(_file.SafeFileHandle, _temporaryPath);
        _file.Dispose();
        File.Move(_temporaryPath, _path, overwrite: true);
        DeviceFlush.Directory(Path.GetDirectoryName(Path.GetFullPath(_path))!);
        _isFinished = true;
    }

    /// <summary>Closes the file; without <see cref="Complete"/> what was written is removed.</summary>
    public void Dispose()
    {
        if (_isFinished)
            return;
        _isFinished = true;
        _file.Dispose();
        File.Delete(_temporaryPath);
    }

    private static void Check(string path, NpyElementType type, long rowCount)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Enum.IsDefined(type))
            throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown element type.");
        ArgumentOutOfRangeException.ThrowIfNegative(rowCount);
    }

    private static byte[] MakeHeader(NpyElementType type, long rowCount, int? columnCount)
    {
        string descr = type switch
        {
            NpyElementType.UInt8 => "|u1",
            NpyElementType.Int32 => "<i4",
            NpyElementType.Int64 => "<i8",
            _ => "<f4",
        };
        string shape = string.Create(CultureInfo.InvariantCulture, $"({rowCount},{(columnCount is null ? "" : " ")}{columnCount})");
        string text = $"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}";
        // Version 1.0: two bytes of length, the text padded with spaces and ended by a line feed.
        int prefix = NpyHeader.LengthOffset + sizeof(ushort);
        int total = (prefix + text.Length + 1 + HeaderAlignment - 1) / HeaderAlignment * HeaderAlignment;
        byte[] header = new byte[total];
        NpyHeader.Magic.CopyTo(header);
        header[NpyHeader.VersionOffset] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(NpyHeader.LengthOffset), (ushort)(total - prefix));
        header.AsSpan(prefix).Fill((byte)' ');
        System.Text.Encoding.ASCII.GetBytes(text, header.AsSpan(prefix));
        header[^1] = (byte)'\n';
        return header;
    }

    private void Write(ReadOnlySpan<byte> nativeBytes, NpyElementType type, int widthBytes)
    {
        ThrowIfFinished();
        if (type != _type)
            throw new InvalidOperationException($"{_path}: the file holds {_type}, not {type}.");
        int count = nativeBytes.Length / widthBytes;
        if (count % _elementsPerRow != 0)
            throw new ArgumentException($"{count} numbers are no whole rows of {_elementsPerRow}.");
        if (count > _elementCount - _written)
            throw new ArgumentException(
                $"{count / _elementsPerRow} rows more than the {_written / _elementsPerRow} written exceed the {RowCount} announced.");
        if (BitConverter.IsLittleEndian || widthBytes == 1)
            _file.Write(nativeBytes);
        else
            WriteSwapped(nativeBytes, widthBytes);
        _written += count;
    }

    private void WriteSwapped(ReadOnlySpan<byte> nativeBytes, int widthBytes)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(FileBufferBytes);
        try
        {
            for (ReadOnlySpan<byte> rest = nativeBytes; rest.Length > 0;)
            {
                Span<byte> piece = buffer.AsSpan(0, Math.Min(FileBufferBytes, rest.Length));
                rest[..piece.Length].CopyTo(piece);
                ElementDecoder.ToNativeOrder(new ElementType(ElementKind.Signed, widthBytes), piece);
                _file.Write(piece);
                rest = rest[piece.Length..];
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void ThrowIfFinished()
    {
        if (_isFinished)
            throw new InvalidOperationException($"{_path}: the file is finished.");
    }
}
