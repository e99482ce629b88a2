// Reads the log back after a stop of any kind; docs/FILE-FORMAT.md, "Recovery". A broken frame is a torn tail only when it is in
// the last segment and nothing that was known to be flushed is missing; anything else is damage. Damage is thrown, or, for
// verify and repair, reported and stepped over.
using HashDb.Serialization;
using HashDb.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace HashDb.Storage.Log;

internal sealed class LogRecovery(string directory, Guid collectionId, RowShape shape, long durableMark)
{
    /// <summary>When set, damage is reported here and reading goes on after it; otherwise it is thrown.</summary>
    public Action<Damage>? OnDamage { get; init; }

    /// <summary>False for a look that must not change anything: a segment torn at its creation is then not made anew.</summary>
    public bool MayCreateSegment { get; init; } = true;

    /// <summary>Number of frames read.</summary>
    public long FrameCount { get; private set; }

    /// <summary>Hands every sound write from a place on to <paramref name="apply"/>, in order.</summary>
    /// <param name="firstSegment">Segment that begins with <paramref name="firstSequenceNumber"/>.</param>
    /// <param name="firstSequenceNumber">First operation that is wanted.</param>
    /// <param name="apply">Receives each write and the number of its first operation.</param>
    /// <exception cref="CorruptDataException">The log is damaged; names file and offset.</exception>
    public LogEnd Replay(ulong firstSegment, long firstSequenceNumber, Action<LogFrame, long> apply)
    {
        ulong[] segments = [.. WriteAheadLog.SegmentsIn(directory).Where(number => number >= firstSegment)];
        long next = firstSequenceNumber;
        long length = FileHeader.Length;
        long known = FileHeader.Length;
        ulong last = firstSegment;
        if (segments.Length == 0 || segments[0] != firstSegment)
        {
            Report(WriteAheadLog.PathOf(directory, firstSegment), -1, "the log segment is missing");
            if (segments.Length == 0 && MayCreateSegment)
                WriteAheadLog.CreateSegment(directory, collectionId, firstSegment, next);
        }
        for (int i = 0; i < segments.Length; i++)
        {
            if (i > 0 && segments[i] != segments[i - 1] + 1)
                Report(WriteAheadLog.PathOf(directory, segments[i - 1] + 1), -1, "the log segment is missing");
            last = segments[i];
            (next, length, known) = ReplaySegment(last, next, isLast: i == segments.Length - 1, apply);
        }
        if (next <= durableMark)
        {
            Report(
                WriteAheadLog.PathOf(directory, last),
                length,
                $"the log ends with operation {next - 1}, but operations up to {durableMark} were flushed: acknowledged writes "
                + "are missing");
            // After a repair their numbers are not given out again.
            next = durableMark + 1;
        }
        return new LogEnd(last, length, Math.Min(known, length), next);
    }

    private (long Next, long Length, long KnownLength) ReplaySegment(ulong segment, long next, bool isLast, Action<LogFrame, long> apply)
    {
        string path = WriteAheadLog.PathOf(directory, segment);
        using SafeFileHandle handle = File.OpenHandle(path);
        long fileLength = RandomAccess.GetLength(handle);
        byte[] header = new byte[FileHeader.Length];
        int read = RandomAccess.Read(handle, header, 0);
        if (WriteAheadLog.HeaderOf(collectionId, segment, next).Mismatch(header.AsSpan(0, read)) is { } mismatch)
        {
            if (isLast && fileLength <= FileHeader.Length && next > durableMark && MayCreateSegment)
            {
                // Torn while it was made: it holds nothing yet.
                handle.Dispose();
                WriteAheadLog.CreateSegment(directory, collectionId, segment, next);
                return (next, FileHeader.Length, FileHeader.Length);
            }
            if (isLast && fileLength <= FileHeader.Length && next > durableMark)
                return (next, FileHeader.Length, FileHeader.Length);
            Report(path, 0, mismatch);
        }

        long at = FileHeader.Length;
        long known = at;
        while (at < fileLength)
        {
            LogFrame? write = TryReadFrame(handle, fileLength, at, out FrameHeader frame, out string problem);
            if (write is not null && frame.SequenceNumber == next)
            {
                apply(write, next);
                FrameCount++;
                next += frame.OperationCount;
                at += LogFormat.FrameHeaderLength + frame.BodyLength;
                if (next <= durableMark + 1)
                    known = at;
                continue;
            }
            if (write is not null)
                problem = $"operation {next} should follow, but {frame.SequenceNumber} does";
            bool tornTail = isLast && next > durableMark;
            if (tornTail)
                break;
            Report(path, at, problem);
            if (write is not null && frame.SequenceNumber > next)
            {
                // What is missing came before this frame; the frame itself is sound.
                next = frame.SequenceNumber;
                continue;
            }
            at = NextSoundFrame(handle, fileLength, at, next, out long found);
            next = at < fileLength ? found : next;
        }
        return (next, Math.Min(at, Math.Max(fileLength, FileHeader.Length)), known);
    }

    private LogFrame? TryReadFrame(SafeFileHandle handle, long fileLength, long at, out FrameHeader frame, out string problem)
    {
        Span<byte> header = stackalloc byte[LogFormat.FrameHeaderLength];
        int read = RandomAccess.Read(handle, header, at);
        if (!LogFormat.TryReadFrameHeader(header[..read], out frame))
        {
            problem = "no sound log frame begins here";
            return null;
        }
        if (frame.BodyLength > fileLength - at - LogFormat.FrameHeaderLength)
        {
            problem = $"a log frame of {frame.BodyLength} bytes is cut off";
            return null;
        }
        byte[] body = GC.AllocateUninitializedArray<byte>(frame.BodyLength);
        for (int done = 0; done < body.Length;)
        {
            int got = RandomAccess.Read(handle, body.AsSpan(done), at + LogFormat.FrameHeaderLength + done);
            if (got == 0)
                throw new CorruptDataException(directory, at, "the log shrank while it was read");
            done += got;
        }
        problem = $"the log frame of operation {frame.SequenceNumber} does not match its checksum";
        return Checksum.Compute(body) == frame.BodyChecksum ? LogFrame.TryParse(body, frame.OperationCount, shape) : null;
    }

    /// <summary>Looks for the next frame that can be read, for repair and verification only.</summary>
    private long NextSoundFrame(SafeFileHandle handle, long fileLength, long from, long next, out long sequenceNumber)
    {
        const int WindowBytes = 1 << 20;
        byte[] window = new byte[WindowBytes];
        for (long at = from + 1; at < fileLength; at += WindowBytes - LogFormat.FrameHeaderLength)
        {
            int read = RandomAccess.Read(handle, window, at);
            for (int i = 0; i + LogFormat.FrameHeaderLength <= read; i++)
            {
                if (!LogFormat.TryReadFrameHeader(window.AsSpan(i, LogFormat.FrameHeaderLength), out FrameHeader candidate)
                    || candidate.SequenceNumber < next)
                    continue;
                if (TryReadFrame(handle, fileLength, at + i, out _, out _) is null)
                    continue;
                sequenceNumber = candidate.SequenceNumber;
                return at + i;
            }
        }
        sequenceNumber = next;
        return fileLength;
    }

    private void Report(string path, long offset, string problem)
    {
        if (OnDamage is null)
            throw new CorruptDataException(path, offset, problem);
        OnDamage(new Damage(path, offset, null, null, problem));
    }
}
