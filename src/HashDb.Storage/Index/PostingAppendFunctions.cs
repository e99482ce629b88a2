// What FASTER calls back while the one writer appends rows to a list. Callbacks may run several times for one operation and
// have no effect besides the record they are given.
using System.Numerics;
using FASTER.core;

namespace HashDb.Storage.Index;

/// <summary>Rows to append, or, with <see cref="IsReset"/>, rows that take the place of a tail that was split off.</summary>
internal unsafe struct PostingAppend
{
    public uint* Rows;
    public int Count;
    public uint FullSegments;
    public bool IsReset;

    public readonly ReadOnlySpan<uint> Span => new(Rows, Count);
}

internal struct PostingAppendOutcome
{
    /// <summary>The bucket was new.</summary>
    public bool Created;

    /// <summary>The tail has no room; nothing was changed.</summary>
    public bool IsFull;
}

internal sealed unsafe class PostingAppendFunctions : FunctionsBase<PostingKey, SpanByte, PostingAppend, PostingAppendOutcome, Empty>
{
    public override bool InitialUpdater(
        ref PostingKey key, ref PostingAppend input, ref SpanByte value, ref PostingAppendOutcome output, ref RMWInfo rmwInfo)
    {
        Fill(ref value, input.Span, input.FullSegments);
        output.Created = true;
        return true;
    }

    public override bool InPlaceUpdater(
        ref PostingKey key, ref PostingAppend input, ref SpanByte value, ref PostingAppendOutcome output, ref RMWInfo rmwInfo)
    {
        // A reset always makes a new record: a reader may be in the middle of this one.
        if (input.IsReset)
            return false;
        uint count = PostingValue.Count(ref value);
        if (count + input.Count > PostingValue.MaxRows)
        {
            output.IsFull = true;
            return true;
        }
        if (count + input.Count > PostingValue.Capacity(ref value))
            return false;
        input.Span.CopyTo(new Span<uint>(PostingValue.Rows(ref value) + count, input.Count));
        PostingValue.SetCount(ref value, count + (uint)input.Count);
        return true;
    }

    public override bool NeedCopyUpdate(
        ref PostingKey key, ref PostingAppend input, ref SpanByte oldValue, ref PostingAppendOutcome output, ref RMWInfo rmwInfo)
    {
        if (input.IsReset || PostingValue.Count(ref oldValue) + input.Count <= PostingValue.MaxRows)
            return true;
        output.IsFull = true;
        return false;
    }

    public override bool CopyUpdater(
        ref PostingKey key,
        ref PostingAppend input,
        ref SpanByte oldValue,
        ref SpanByte newValue,
        ref PostingAppendOutcome output,
        ref RMWInfo rmwInfo)
    {
        if (input.IsReset)
        {
            Fill(ref newValue, input.Span, input.FullSegments);
            return true;
        }
        ReadOnlySpan<uint> old = PostingValue.RowSpan(ref oldValue);
        old.CopyTo(new Span<uint>(PostingValue.Rows(ref newValue), old.Length));
        input.Span.CopyTo(new Span<uint>(PostingValue.Rows(ref newValue) + old.Length, input.Count));
        PostingValue.FullSegments(ref newValue) = PostingValue.FullSegments(ref oldValue);
        PostingValue.SetCount(ref newValue, (uint)(old.Length + input.Count));
        return true;
    }

    public override bool SingleWriter(
        ref PostingKey key,
        ref PostingAppend input,
        ref SpanByte src,
        ref SpanByte dst,
        ref PostingAppendOutcome output,
        ref UpsertInfo upsertInfo,
        WriteReason reason)
    {
        src.CopyTo(ref dst);
        return true;
    }

    public override bool ConcurrentWriter(
        ref PostingKey key,
        ref PostingAppend input,
        ref SpanByte src,
        ref SpanByte dst,
        ref PostingAppendOutcome output,
        ref UpsertInfo upsertInfo) =>
        false;

    private static void Fill(ref SpanByte value, ReadOnlySpan<uint> rows, uint fullSegments)
    {
        rows.CopyTo(new Span<uint>(PostingValue.Rows(ref value), rows.Length));
        PostingValue.FullSegments(ref value) = fullSegments;
        PostingValue.SetCount(ref value, (uint)rows.Length);
    }

    /// <summary>How large a record an append makes: room for as many rows again, up to a full piece.</summary>
    public sealed class Lengths : IVariableLengthStruct<SpanByte, PostingAppend>
    {
        public int GetInitialLength(ref PostingAppend input) => sizeof(int) + PostingValue.Bytes(input.Count);

        public int GetLength(ref SpanByte value, ref PostingAppend input)
        {
            int rows = input.IsReset ? input.Count : (int)PostingValue.Count(ref value) + input.Count;
            int capacity = Math.Min(PostingValue.MaxRows, (int)BitOperations.RoundUpToPowerOf2((uint)rows));
            return sizeof(int) + PostingValue.Bytes(Math.Max(rows, capacity));
        }
    }
}
