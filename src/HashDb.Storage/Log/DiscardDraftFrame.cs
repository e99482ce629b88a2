// The end of a draft: no columns.
using HashDb.Serialization;

namespace HashDb.Storage.Log;

internal sealed class DiscardDraftFrame : LogFrame
{
    private DiscardDraftFrame(WriteStamp? stamp)
        : base(LoggedOperation.DiscardDraft, 1, stamp, 0)
    {
    }

    private DiscardDraftFrame(byte[] body)
        : base(body)
    {
    }

    public static DiscardDraftFrame Create(WriteStamp? stamp) => new(stamp);

    /// <inheritdoc/>
    public override uint ComputeChecksums(Span<uint> vectors) => Seal(Checksum.Append(BodyState, Bytes), DigestState);

    /// <summary>Takes over a body; null when anything follows.</summary>
    public static DiscardDraftFrame? TryParse(byte[] body)
    {
        var frame = new DiscardDraftFrame(body);
        return frame.Count == 1 && frame.Bytes.Length == frame.ColumnsOffset ? frame : null;
    }
}
