// The field indexes of a set of record files: for each indexed field its sorted values with their rows, in parts of 65,536 rows. Derived
// from the rows, which never change, and kept in memory alone: made by FieldIndexer.cs behind the writes, and again after an open. Rows
// beyond them, and those of which they do not tell (damaged, or with texts that are too long), are read by who asks.
//
// One writer at a time; any number of readers, who take the set as one object.
namespace HashDb.Storage.FieldIndexes;

internal sealed class FieldIndexStore
{
    private FieldIndexSet _current = FieldIndexSet.Empty;
    private long _bytes;

    public FieldIndexSet Current => Volatile.Read(ref _current);

    /// <summary>Bytes of memory that it takes, about.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    public void Publish(FieldIndexSet set)
    {
        Volatile.Write(ref _bytes, set.Parts.Sum(part => part.Bytes));
        Volatile.Write(ref _current, set);
    }
}
