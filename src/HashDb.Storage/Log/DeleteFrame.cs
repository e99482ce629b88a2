// A delete: ids.
using HashDb.Serialization;

namespace HashDb.Storage.Log;

internal sealed class DeleteFrame : LogFrame
{
    private DeleteFrame(IReadOnlyList<VectorId> ids, WriteStamp? stamp)
        : base(LoggedOperation.Delete, ids.Count, stamp, (long)ids.Count * sizeof(ulong))
    {
    }

    private DeleteFrame(byte[] body)
        : base(body)
    {
    }

    public VectorId IdAt(int index) => ReadId(Bytes[ColumnsOffset..], index);

    public static DeleteFrame Create(IReadOnlyList<VectorId> ids, WriteStamp? stamp)
    {
        var frame = new DeleteFrame(ids, stamp);
        WriteIds([.. ids], frame.Bytes[frame.ColumnsOffset..]);
        return frame;
    }

    /// <inheritdoc/>
    public override uint ComputeChecksums(Span<uint> vectors) =>
        Seal(Checksum.Append(BodyState, Bytes), Checksum.Append(DigestState, Bytes[ColumnsOffset..]));

    /// <summary>Takes over a body; null when it is not as long as its ids.</summary>
    public static DeleteFrame? TryParse(byte[] body)
    {
        var frame = new DeleteFrame(body);
        return frame.Bytes.Length == frame.ColumnsOffset + ((long)frame.Count * sizeof(ulong)) ? frame : null;
    }
}
