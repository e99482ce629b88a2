// What FASTER calls back while a list is read: copies the rows out under the protection of its epoch.
using FASTER.core;

namespace HashDb.Storage.Index;

internal sealed class PostingReadFunctions : FunctionsBase<PostingKey, SpanByte, ushort, PostingBuffer, Empty>
{
    public override bool SingleReader(
        ref PostingKey key, ref ushort distance, ref SpanByte value, ref PostingBuffer into, ref ReadInfo readInfo) =>
        Copy(ref key, distance, ref value, into);

    public override bool ConcurrentReader(
        ref PostingKey key, ref ushort distance, ref SpanByte value, ref PostingBuffer into, ref ReadInfo readInfo) =>
        Copy(ref key, distance, ref value, into);

    public override void ReadCompletionCallback(
        ref PostingKey key, ref ushort distance, ref PostingBuffer into, Empty context, Status status, RecordMetadata recordMetadata)
    {
        // An error here would otherwise look like an empty bucket.
        if (!status.Found && !status.NotFound)
            into.Fault = status.ToString();
    }

    private static bool Copy(ref PostingKey key, ushort distance, ref SpanByte value, PostingBuffer into)
    {
        into.Add(PostingValue.RowSpan(ref value), distance);
        if (key.Segment == 0 && PostingValue.FullSegments(ref value) is > 0 and uint full)
            into.AddSegments(key, full, distance);
        return true;
    }
}
