// Rows of any feature type as float32. Not thread-safe.
using System.Runtime.InteropServices;

namespace HashDb.Models.Data.Internal;

internal sealed class FeatureReader : IFeatureReader
{
    private readonly RowSource _source;

    /// <summary>Takes over the source.</summary>
    /// <exception cref="NotSupportedException">The file holds no feature vectors.</exception>
    public FeatureReader(RowSource source)
    {
        if (source.Shape.Count < 2)
            throw new NotSupportedException(
                $"{source.Path}: features need a row for each vector; an array of shape {source.ShapeText} has one axis only. "
                + "Save array.reshape(1, -1) if it is one vector, array.reshape(-1, 1) if they are vectors of one dimension.");
        _source = source;
    }

    public string Path => _source.Path;

    public long RowCount => _source.RowCount;

    public int Dimensions => _source.ElementsPerRow;

    public long Position => _source.Position;

    public int Read(Span<float> rows)
    {
        if (rows.IsEmpty || rows.Length % Dimensions != 0)
            throw new ArgumentException($"{rows.Length} numbers are no whole rows of {Dimensions}.", nameof(rows));
        int wanted = (int)Math.Min(rows.Length / Dimensions, RowCount - Position);
        if (wanted == 0)
            return 0;
        rows = rows[..(wanted * Dimensions)];
        if (_source is { Type: { Kind: ElementKind.Float, WidthBytes: sizeof(float) }, IsVecs: false })
        {
            // What is read are floats already: no buffer between.
            long first = Position;
            Span<byte> bytes = MemoryMarshal.AsBytes(rows);
            _source.ReadInto(bytes);
            Check(ElementDecoder.FirstNotFinite(rows), first, bytes);
            return wanted;
        }

        for (int done = 0; done < wanted;)
        {
            long first = Position;
            Span<byte> bytes = _source.Read(wanted - done, out int count);
            Check(ElementDecoder.ToSingles(_source.Type, bytes, rows.Slice(done * Dimensions, count * Dimensions)), first, bytes);
            done += count;
        }

        return wanted;
    }

    public void Skip(long rows) => _source.Skip(rows);

    public void Dispose() => _source.Dispose();

    private void Check(int badIndex, long firstRow, ReadOnlySpan<byte> bytes)
    {
        if (badIndex < 0)
            return;
        (int row, int column) = Math.DivRem(badIndex, Dimensions);
        string value = ElementDecoder.Describe(_source.Type, bytes, badIndex);
        throw _source.CorruptElement(firstRow + row, column, _source.Type.Kind switch
        {
            ElementKind.Float => $"{value}; features must be finite and fit float32",
            ElementKind.Boolean => $"{value}; a bool is 0 or 1",
            _ => $"{value}, which float32 does not hold exactly; save the array as numpy.float32 to have it rounded",
        });
    }
}
