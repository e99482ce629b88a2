// Columns: what many items have, as one binary over all of them, with a second one of lengths when they differ from item to item.
using System.Buffers;
using MessagePack;

namespace HashDb.Protocol;

internal static class Columns
{
    /// <summary>Writes how many elements each item has.</summary>
    public static void WriteLengths<TItem>(ref MessagePackWriter writer, IReadOnlyList<TItem> items, Func<TItem, int> lengthOf)
    {
        writer.WriteBinHeader(items.Count * sizeof(int));
        for (int i = 0; i < items.Count; i++)
        {
            int length = lengthOf(items[i]);
            RawNumbers.WriteBody(ref writer, new ReadOnlySpan<int>(in length));
        }
    }

    /// <summary>Reads a column of numbers.</summary>
    /// <param name="body">Before the column.</param>
    /// <param name="name">Name of the field, for errors.</param>
    /// <param name="take">Gives an array of at least so many elements.</param>
    public static ReadOnlyMemory<T> Read<T>(ref BodyReader body, string name, Func<int, T[]> take)
        where T : unmanaged
    {
        ReadOnlySequence<byte> bytes = body.ReadNumbers(name, RawNumbers.WidthOf<T>(), out int count);
        if (count == 0)
            return default;
        T[] column = take(count);
        RawNumbers.Read(bytes, column.AsSpan(0, count));
        return column.AsMemory(0, count);
    }

    /// <summary>Reads how many elements each item has; null when the field is nil and none has any.</summary>
    /// <exception cref="ProtocolException">There is not one number for each item.</exception>
    public static int[]? ReadLengths(ref BodyReader body, string name, int itemCount)
    {
        if (body.TryReadNil())
            return null;
        ReadOnlySequence<byte> bytes = body.ReadNumbers(name, sizeof(int), out int count);
        if (count != itemCount)
            throw new ProtocolException($"The field '{name}' has {count} numbers for {itemCount} records.");
        int[] lengths = new int[count];
        RawNumbers.Read(bytes, lengths.AsSpan());
        return lengths;
    }

    /// <summary>Refuses lengths that do not add up to the column.</summary>
    /// <exception cref="ProtocolException">They do not; says at which record, or what is left over.</exception>
    public static void CheckLengths(int[]? lengths, int total, string name, string elements, string lengthsName)
    {
        long left = total;
        for (int i = 0; i < (lengths?.Length ?? 0); i++)
        {
            if (lengths![i] < 0 || lengths[i] > left)
                throw TooShort(i, lengths[i], left, name);
            left -= lengths[i];
        }
        if (left > 0)
            throw new ProtocolException($"The field '{name}' has {left} {elements} more than its {lengthsName} say.");
    }

    /// <summary>Cuts the elements of one item off the front of a column.</summary>
    /// <exception cref="ProtocolException">There are not as many.</exception>
    public static ReadOnlyMemory<T> Next<T>(ref ReadOnlyMemory<T> rest, int[]? lengths, int index, string name)
    {
        if (lengths is null)
            return default;
        int length = lengths[index];
        if (length < 0 || length > rest.Length)
            throw TooShort(index, length, rest.Length, name);
        ReadOnlyMemory<T> part = rest[..length];
        rest = rest[length..];
        return part;
    }

    private static ProtocolException TooShort(int index, int length, long left, string name) =>
        new($"Record {index} is to take {length} of the {left} elements that are left of the field '{name}'.");
}
