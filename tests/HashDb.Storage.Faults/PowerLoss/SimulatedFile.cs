// The content of one file: what is on the device for certain, and the writes and changes of length since then.
namespace HashDb.Storage.Faults.PowerLoss;

internal sealed class SimulatedFile
{
    private const int PageBytes = 4096;
    private const int SectorBytes = 512;

    private readonly List<Change> _pending = [];
    private byte[] _durable = [];

    public void Write(long offset, byte[] data) => _pending.Add(new Change(offset, data));

    public void SetLength(long length) => _pending.Add(new Change(length, null));

    /// <summary>A flush: from here on everything so far is certain.</summary>
    public void Flush()
    {
        if (_pending.Count == 0)
            return;
        _durable = Replay(_ => _pending.Count, int.MaxValue, _pending.Count);
        _pending.Clear();
    }

    /// <summary>
    /// A flush that failed. Linux then takes the pages for written: later flushes do not write them, so what they held is lost, while
    /// everybody reads it from the cache until the power goes. The length is kept apart and survives.
    /// </summary>
    public void FailFlush()
    {
        for (int i = 0; i < _pending.Count; i++)
            _pending[i] = _pending[i] with { IsForgotten = true };
    }

    /// <summary>What a loss of power leaves.</summary>
    public byte[] Content(ContentLoss loss, Random random)
    {
        int count = _pending.Count;
        if (count == 0)
            return _durable;
        switch (loss)
        {
            case ContentLoss.All:
                return _durable;
            case ContentLoss.None:
                return Replay(_ => count, int.MaxValue, count);
            case ContentLoss.Later:
                int first = random.Next(count + 1);
                return Replay(_ => first, int.MaxValue, first);
            case ContentLoss.AllButLength:
                return Replay(_ => 0, int.MaxValue, count);
            default:
                // Half of the units have everything or nothing, the usual case of a cache that was written out in part.
                var moments = new Dictionary<long, int>();
                int lengthMoment = Moment();
                return Replay(
                    unit => moments.TryGetValue(unit, out int moment) ? moment : moments[unit] = Moment(),
                    loss == ContentLoss.Pages ? PageBytes : SectorBytes,
                    lengthMoment);
        }

        int Moment() => random.Next(4) switch { 0 => 0, 1 => count, _ => random.Next(count + 1) };
    }

    /// <summary>Carries the changes out as far as each unit and the length have got.</summary>
    /// <param name="momentOf">Of a unit: the number of changes that have reached it.</param>
    /// <param name="unitBytes">Length of a unit.</param>
    /// <param name="lengthMoment">Number of changes that the length reflects.</param>
    private byte[] Replay(Func<long, int> momentOf, int unitBytes, int lengthMoment)
    {
        long largest = _durable.Length;
        long length = _durable.Length;
        long finalLength = length;
        for (int i = 0; i < _pending.Count; i++)
        {
            Change change = _pending[i];
            length = change.Data is null ? change.Offset : Math.Max(length, change.Offset + change.Data.Length);
            largest = Math.Max(largest, length);
            if (i < lengthMoment)
                finalLength = length;
        }
        byte[] content = new byte[largest];
        _durable.CopyTo(content, 0);
        for (int i = 0; i < _pending.Count; i++)
        {
            Change change = _pending[i];
            long end = change.Data is null ? largest : change.Offset + change.Data.Length;
            for (long at = change.Offset; at < end;)
            {
                long unit = at / unitBytes;
                int piece = (int)(Math.Min(end, (unit + 1) * unitBytes) - at);
                if (i < momentOf(unit) && !change.IsForgotten)
                {
                    if (change.Data is null)
                        content.AsSpan((int)at, piece).Clear();
                    else
                        change.Data.AsSpan((int)(at - change.Offset), piece).CopyTo(content.AsSpan((int)at));
                }
                at += piece;
            }
        }
        return content[..(int)finalLength];
    }

    /// <summary>A write, or without data a new length.</summary>
    private sealed record Change(long Offset, byte[]? Data)
    {
        public bool IsForgotten { get; init; }
    }
}
