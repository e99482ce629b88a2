// The end of a draft: no columns.
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

    /// <summary>Takes over a body; null when anything follows.</summary>
    public static DiscardDraftFrame? TryParse(byte[] body)
    {
        var frame = new DiscardDraftFrame(body);
        return frame.Count == 1 && body.Length == frame.ColumnsOffset ? frame : null;
    }
}
