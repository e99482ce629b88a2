// The write-ahead log: the commit point of every write. Segments are files of frames; a checkpoint begins a new segment, and
// the ones before it are deleted when the checkpoint is durable.
//
// Invariants: log sequence numbers have no gap; a frame is acknowledged only after the flush that covers it; the tail of the
// last segment is the only place where a broken frame may be a torn write and not damage.
// Threading: one writer (the commit loop).
using System.Buffers.Binary;
using HashDb.Models.Files;
using HashDb.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace HashDb.Storage.Log;

internal sealed class WriteAheadLog : IDisposable
{
    private const int RewriteBytes = 1 << 20;

    private readonly string _directory;
    private readonly Guid _collectionId;
    private readonly DurableMark _mark;
    private readonly FaultPoints? _points;
    private SafeFileHandle? _handle;
    private long _length;
    private long _olderBytes;
    private bool _unflushed;
    private Exception? _flushFailure;

    public WriteAheadLog(string directory, Guid collectionId, FaultPoints? points, bool isReadOnly = false)
    {
        _points = points;
        _directory = directory;
        _collectionId = collectionId;
        _mark = new DurableMark(directory, isReadOnly);
    }

    /// <summary>Number of the segment that is written.</summary>
    public ulong Segment { get; private set; }

    /// <summary>Number that the next operation gets.</summary>
    public long NextSequenceNumber { get; private set; } = 1;

    /// <summary>Every operation up to this one is flushed.</summary>
    public long DurableSequenceNumber => _mark.SequenceNumber;

    public bool MarkWasSound => _mark.WasSound;

    /// <summary>Bytes of all segments on disk.</summary>
    public long TotalBytes => Volatile.Read(ref _length) + Volatile.Read(ref _olderBytes);

    /// <summary>Bytes of the durable mark, which is empty until something was flushed.</summary>
    public long MarkBytes => _mark.SequenceNumber > 0 ? DurableMark.Length : 0;

    /// <summary>Bytes of the segment that is written.</summary>
    public long SegmentBytes => Volatile.Read(ref _length);

    public bool HasUnflushed => _unflushed;

    public static string PathOf(string directory, ulong segment) => Path.Combine(directory, $"{segment:D10}.wal");

    public static FileHeader HeaderOf(Guid collectionId, ulong segment, long firstSequenceNumber) =>
        new(LogFormat.SegmentMagic, collectionId, segment, (ulong)firstSequenceNumber, 0, 0)
        {
            Version = LogFormat.SegmentVersion,
            OldestVersion = LogFormat.OldestSegmentVersion,
        };

    /// <summary>Numbers of the segments on disk, ascending.</summary>
    public static ulong[] SegmentsIn(string directory) =>
    [
        .. Directory.EnumerateFiles(directory, "*.wal")
            .Select(path => ulong.TryParse(Path.GetFileNameWithoutExtension(path), out ulong number) ? number : 0)
            .Where(number => number > 0)
            .Order(),
    ];

    /// <summary>Begins a segment file; durable when this returns.</summary>
    public static void CreateSegment(
        string directory, Guid collectionId, ulong segment, long firstSequenceNumber, FaultPoints? points = null)
    {
        using SafeFileHandle handle = PrivateFile.Open(PathOf(directory, segment), FileMode.Create, FileAccess.Write, FileShare.None);
        Span<byte> header = stackalloc byte[FileHeader.Length];
        HeaderOf(collectionId, segment, firstSequenceNumber).WriteTo(header);
        RandomAccess.Write(handle, header, 0);
        points?.Pass(FaultPoints.LogSegmentCreated);
        DeviceFlush.File(handle, PathOf(directory, segment));
        DeviceFlush.Directory(directory);
    }

    /// <summary>Goes on writing where recovery ended, cutting off a torn tail.</summary>
    public void Continue(LogEnd end)
    {
        Segment = end.Segment;
        NextSequenceNumber = end.NextSequenceNumber;
        _handle = File.OpenHandle(PathOf(_directory, Segment), FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        _length = end.Length;
        if (RandomAccess.GetLength(_handle) != end.Length)
        {
            RandomAccess.SetLength(_handle, end.Length);
            DeviceFlush.File(_handle, PathOf(_directory, Segment));
        }
        if (end.NextSequenceNumber - 1 > _mark.SequenceNumber)
        {
            // What was found may have come from the page cache: of a killed process, which had not flushed it, or after a flush that failed
            // (PageCache.cs). It is written anew and flushed before it counts as durable.
            Rewrite(end.KnownLength, end.Length);
            DeviceFlush.File(_handle, PathOf(_directory, Segment));
            _mark.Advance(end.NextSequenceNumber - 1);
        }
        _olderBytes =
            SegmentsIn(_directory).Where(number => number != Segment).Sum(number => new FileInfo(PathOf(_directory, number)).Length);
        if (_olderBytes > 0)
        {
            // Whoever began the last segment may have been killed before its header and its name were flushed: no manifest names it.
            DeviceFlush.File(_handle, PathOf(_directory, Segment));
            DeviceFlush.Directory(_directory);
        }
        // A build that does not know the frames of today must not take them for a torn tail: they begin in a segment that it refuses.
        if (VersionOf(_handle) != LogFormat.SegmentVersion)
            Roll();
    }

    /// <summary>Writes bytes of the segment anew in their place, so that the next flush takes them to the device.</summary>
    private void Rewrite(long from, long to)
    {
        byte[] buffer = new byte[Math.Min(RewriteBytes, to - from)];
        for (long at = from; at < to;)
        {
            // Pieces end where pages do: none is dropped that holds a part of the one before.
            Span<byte> piece = buffer.AsSpan(0, (int)Math.Min(to - at, Math.Min(buffer.Length, RewriteBytes - (at % RewriteBytes))));
            for (int done = 0; done < piece.Length;)
            {
                int read = RandomAccess.Read(_handle!, piece[done..], at + done);
                if (read == 0)
                    throw new CorruptDataException(PathOf(_directory, Segment), at, "the log shrank while it was read");
                done += read;
            }
            PageCache.Drop(_handle!, at, piece.Length);
            RandomAccess.Write(_handle!, piece, at);
            at += piece.Length;
        }
    }

    /// <summary>Stays where recovery ended: nothing is cut, flushed or written.</summary>
    public void StopAt(LogEnd end)
    {
        Segment = end.Segment;
        NextSequenceNumber = end.NextSequenceNumber;
        _length = BytesFrom(_directory, 0);
    }

    /// <summary>Bytes of the segments from one on.</summary>
    public static long BytesFrom(string directory, ulong segment) =>
        SegmentsIn(directory).Where(number => number >= segment).Sum(number => new FileInfo(PathOf(directory, number)).Length);

    /// <summary>Writes frames at the end of the log, without flushing.</summary>
    /// <remarks>When the write fails, the log is as it was before, also after a loss of power.</remarks>
    /// <exception cref="IOException">The device is full or failing.</exception>
    /// <exception cref="FlushFailedException">The write failed, and what it left could not be taken back.</exception>
    public void Append(IReadOnlyList<ReadOnlyMemory<byte>> frames, int operations)
    {
        long length = frames.Sum(frame => (long)frame.Length);
        try
        {
            _points?.Pass(FaultPoints.LogAppend);
            RandomAccess.Write(_handle!, frames, _length);
        }
        catch (IOException)
        {
            // A frame that is there in full would be replayed though it was refused, and half a frame in a segment that is not the
            // last is damage. The system may have written either out already, so the cut must reach the device, too.
            TakeBack(PathOf(_directory, Segment), path =>
            {
                RandomAccess.SetLength(_handle!, _length);
                DeviceFlush.File(_handle!, path);
            });
            throw;
        }
        Volatile.Write(ref _length, _length + length);
        NextSequenceNumber += operations;
        _unflushed = true;
    }

    /// <summary>Makes everything written durable. A failure is final: what the device holds is then unknown.</summary>
    public void Flush()
    {
        if (!_unflushed)
            return;
        // The system tells of a failure once: a second try would succeed without what was lost.
        if (_flushFailure is not null)
            throw new FlushFailedException(PathOf(_directory, Segment), _flushFailure.Message, _flushFailure.HResult);
        try
        {
            _points?.Pass(FaultPoints.LogFlush);
            DeviceFlush.File(_handle!, PathOf(_directory, Segment));
        }
        catch (Exception exception)
        {
            _flushFailure = exception;
            throw;
        }
        _unflushed = false;
        _mark.Advance(NextSequenceNumber - 1);
    }

    /// <summary>Flushes, then begins a new segment. When that fails, the old segment stays in use.</summary>
    public void Roll()
    {
        Flush();
        SafeFileHandle next;
        try
        {
            CreateSegment(_directory, _collectionId, Segment + 1, NextSequenceNumber, _points);
            next = File.OpenHandle(PathOf(_directory, Segment + 1), FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        }
        catch
        {
            // Writing goes on in the old segment, which must stay the last: only there is a torn tail not damage.
            TakeBack(PathOf(_directory, Segment + 1), path =>
            {
                // It was not even made, for want of a descriptor; then there would be none to flush the directory with either.
                if (!File.Exists(path))
                    return;
                File.Delete(path);
                DeviceFlush.Directory(_directory);
            });
            throw;
        }
        _handle!.Dispose();
        _handle = next;
        Interlocked.Add(ref _olderBytes, _length);
        Volatile.Write(ref _length, FileHeader.Length);
        Segment++;
    }

    /// <summary>Deletes the segments before <paramref name="segment"/>.</summary>
    public void Purge(ulong segment)
    {
        foreach (ulong old in SegmentsIn(_directory))
        {
            if (old >= segment)
                break;
            string path = PathOf(_directory, old);
            long length = new FileInfo(path).Length;
            File.Delete(path);
            if (old < Segment)
                Interlocked.Add(ref _olderBytes, -length);
        }
        DeviceFlush.Directory(_directory);
    }

    private static ushort VersionOf(SafeFileHandle segment)
    {
        Span<byte> version = stackalloc byte[sizeof(ushort)];
        RandomAccess.Read(segment, version, FileHeader.VersionOffset);
        return BinaryPrimitives.ReadUInt16LittleEndian(version);
    }

    /// <summary>Undoes what a failed call has left. When that fails as well, what the device holds is unknown.</summary>
    private static void TakeBack(string path, Action<string> undo)
    {
        try
        {
            undo(path);
        }
        catch (Exception exception) when (exception is not FlushFailedException && StorageFault.IsSystemFault(exception))
        {
            throw new FlushFailedException(path, exception.Message, exception.HResult);
        }
    }

    public void Dispose()
    {
        _handle?.Dispose();
        _mark.Dispose();
    }
}
