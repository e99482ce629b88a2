// The last writes of one client, so that a repeat is known by what it holds and not by its number alone: of each the number of its
// operations and a digest. They follow one another up to the client's next number, so their numbers need not be kept.
//
// Threading: changed by the commit loop (and by replay, before it) alone; a checkpoint takes a copy between two groups.
using System.Buffers.Binary;

namespace HashDb.Storage.Commit;

/// <summary>How a write compares with what is remembered under its numbers.</summary>
internal enum Repetition
{
    /// <summary>It has the same content.</summary>
    Same,

    /// <summary>What was carried out under its numbers is another write.</summary>
    Different,

    /// <summary>It lies too far back: its number alone says that it was carried out.</summary>
    Forgotten,
}

internal sealed class RecentWrites
{
    /// <summary>Bytes of a write in the manifest: u16 number of operations, u32 digest.</summary>
    public const int BytesPerWrite = sizeof(ushort) + sizeof(uint);

    // One-write clients are many, so the memory begins small.
    private (ushort Operations, uint Digest)[] _writes = [];

    /// <summary>Number of writes that are remembered.</summary>
    public int Count { get; private set; }

    /// <summary>Remembers a write that follows the others; the oldest is given up when there are too many.</summary>
    public void Add(int operations, uint digest)
    {
        if (Count == StorageLimits.MaxRememberedWrites)
        {
            Array.Copy(_writes, 1, _writes, 0, --Count);
        }
        else if (Count == _writes.Length)
        {
            Array.Resize(ref _writes, Math.Min(StorageLimits.MaxRememberedWrites, Math.Max(1, 2 * _writes.Length)));
        }
        _writes[Count++] = ((ushort)operations, digest);
    }

    /// <summary>Forgets them, where a write follows whose digest is not known.</summary>
    public void Clear() => Count = 0;

    /// <summary>Compares a write that ends at or below the client's next number with what was carried out.</summary>
    public Repetition Compare(long next, long sequenceNumber, int operations, uint digest)
    {
        long first = next;
        for (int i = Count - 1; i >= 0; i--)
        {
            first -= _writes[i].Operations;
            if (first == sequenceNumber)
                return _writes[i] == (operations, digest) ? Repetition.Same : Repetition.Different;
            if (first < sequenceNumber)
                return Repetition.Different;
        }
        return sequenceNumber + operations > first ? Repetition.Different : Repetition.Forgotten;
    }

    public RecentWrites Copy()
    {
        var copy = new RecentWrites { _writes = _writes[..Count] };
        copy.Count = Count;
        return copy;
    }

    /// <summary>For the manifest, the oldest first.</summary>
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[Count * BytesPerWrite];
        for (int i = 0; i < Count; i++)
        {
            Span<byte> at = bytes.AsSpan(i * BytesPerWrite);
            BinaryPrimitives.WriteUInt16LittleEndian(at, _writes[i].Operations);
            BinaryPrimitives.WriteUInt32LittleEndian(at[sizeof(ushort)..], _writes[i].Digest);
        }
        return bytes;
    }

    /// <exception cref="ArgumentException">They are not what <see cref="ToBytes"/> writes.</exception>
    public static RecentWrites FromBytes(ReadOnlySpan<byte> bytes)
    {
        int count = bytes.Length / BytesPerWrite;
        if (bytes.Length % BytesPerWrite != 0 || count > StorageLimits.MaxRememberedWrites)
            throw new ArgumentException(
                $"The last writes of a client have {BytesPerWrite} bytes each, at most {StorageLimits.MaxRememberedWrites} of them; "
                + $"these have {bytes.Length}.",
                nameof(bytes));
        var writes = new RecentWrites();
        for (; !bytes.IsEmpty; bytes = bytes[BytesPerWrite..])
        {
            int operations = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
            if (operations is < 1 or > StorageLimits.MaxBatchRecords)
                throw new ArgumentException(
                    $"A write has 1 to {StorageLimits.MaxBatchRecords} operations, not {operations}.", nameof(bytes));
            writes.Add(operations, BinaryPrimitives.ReadUInt32LittleEndian(bytes[sizeof(ushort)..]));
        }
        return writes;
    }
}
