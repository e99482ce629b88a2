// Gives rows their hashcodes under a model, from the stored vectors, and writes them to a new generation. Blocks of rows are
// shared out among a few threads; each holds one block of codes and a small batch of vectors, however many rows there are.
//
// Rows that are dead get zeros: nobody looks at the codes of a row that is dead, and a dead row never comes back.
using System.Runtime.ExceptionServices;
using HashDb.Models;
using HashDb.Storage.Records;

namespace HashDb.Storage.Generations;

internal sealed class RowEncoder(
    CollectionCore core, IHashModel model, RecordStore records, CodeStore target, BuildMonitor monitor, int cores)
{
    private const int MaxBlockRows = 1_024;
    private const int MaxBlockVectorBytes = 4 << 20;

    /// <summary>Models share larger batches among threads of their own, which would take more cores than were allowed.</summary>
    private const int MaxBatchRows = 64;

    private const int MaxBatchBytes = 1 << 20;

    private readonly int _blockRows = Math.Clamp(MaxBlockVectorBytes / records.Vectors.Stride, 1, MaxBlockRows);
    private readonly Lock _writing = new();
    private long _encodedRows;

    /// <summary>Codes that the same model gave to the same rows before; null when there are none.</summary>
    public KnownCodes? Known { get; init; }

    /// <summary>Rows whose vectors were encoded.</summary>
    public long EncodedRows => Volatile.Read(ref _encodedRows);

    /// <summary>Encodes consecutive rows, which are published.</summary>
    /// <param name="first">First row.</param>
    /// <param name="end">Row after the last.</param>
    /// <param name="share">Share of the time to work while searches are under way.</param>
    /// <param name="cancellationToken">Stops all threads.</param>
    /// <exception cref="CorruptDataException">The vector of a live row is damaged.</exception>
    /// <exception cref="HashDbException">
    /// <see cref="HashDbErrorCode.InvalidArgument"/>: the model cannot encode a vector; names the id.
    /// </exception>
    public void Encode(uint first, uint end, double share, CancellationToken cancellationToken)
    {
        long blocks = (end - (long)first + _blockRows - 1) / _blockRows;
        int threads = (int)Math.Min(cores, blocks);
        long next = -1;
        ExceptionDispatchInfo? failure = null;

        void Work()
        {
            try
            {
                var worker = new Worker(this, new BuildThrottle(core, share, cancellationToken));
                for (long block; Volatile.Read(ref failure) is null && (block = Interlocked.Increment(ref next)) < blocks;)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    uint row = (uint)(first + block * _blockRows);
                    worker.Encode(row, (int)Math.Min(_blockRows, end - row));
                }
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(exception), null);
            }
        }

        Task[] others =
        [
            .. Enumerable.Range(1, Math.Max(0, threads - 1))
                .Select(_ => Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))
        ];
        Work();
        Task.WaitAll(others, CancellationToken.None);
        failure?.Throw();
    }

    private HashDbException Unencodable(uint row, ArgumentException cause) => new(
        HashDbErrorCode.InvalidArgument,
        $"The model ({model.Kind}, {model.BitCount} bits) cannot encode the stored vector of id {records.IdOf(row)}: "
        + $"{cause.Message} The collection keeps its model.",
        cause);

    /// <summary>What one thread needs.</summary>
    private sealed class Worker
    {
        /// <summary>A batch that takes longer than this is halved, so that a slow model can be interrupted too.</summary>
        private const double LongestBatchMilliseconds = 1;

        private const int MinBatchRows = 1;

        private readonly RowEncoder _owner;
        private readonly BuildThrottle _throttle;
        private readonly byte[] _codes;
        private readonly float[] _vectors;
        private readonly byte[] _batchCodes;
        private readonly uint[] _batchRows;
        private readonly int _largestBatch;
        private int _batchLimit;

        public Worker(RowEncoder owner, BuildThrottle throttle)
        {
            _owner = owner;
            _throttle = throttle;
            _largestBatch = _batchLimit = Math.Clamp(MaxBatchBytes / owner.RowStride, MinBatchRows, MaxBatchRows);
            _codes = new byte[owner._blockRows * owner.CodeBytes];
            _vectors = new float[_largestBatch * owner.Dimensions];
            _batchCodes = new byte[_largestBatch * owner.CodeBytes];
            _batchRows = new uint[_largestBatch];
        }

        public void Encode(uint first, int count)
        {
            Span<byte> codes = _codes.AsSpan(0, count * _owner.CodeBytes);
            codes.Clear();
            int encoded = 0;
            for (uint row = first; row < first + (uint)count;)
            {
                int gathered = 0;
                for (; row < first + (uint)count && gathered < _batchLimit; row++)
                {
                    if (_owner.IsDead(row)
                        || _owner.TryTakeKnown(row, codes.Slice((int)(row - first) * _owner.CodeBytes, _owner.CodeBytes)))
                        continue;
                    _owner.VectorOf(row).CopyTo(_vectors.AsSpan(gathered * _owner.Dimensions));
                    _batchRows[gathered++] = row;
                }
                EncodeBatch(gathered, first, codes);
                encoded += gathered;
                _throttle.Pause();
            }
            _owner.Write(first, codes, encoded);
        }

        private void EncodeBatch(int count, uint first, Span<byte> codes)
        {
            if (count == 0)
                return;
            long started = System.Diagnostics.Stopwatch.GetTimestamp();
            Span<byte> encoded = _batchCodes.AsSpan(0, count * _owner.CodeBytes);
            try
            {
                _owner.Model.Encode(_vectors.AsSpan(0, count * _owner.Dimensions), count, encoded);
            }
            catch (ArgumentException)
            {
                EncodeOneByOne(count, encoded);
            }
            for (int i = 0; i < count; i++)
                encoded.Slice(i * _owner.CodeBytes, _owner.CodeBytes).CopyTo(codes[((int)(_batchRows[i] - first) * _owner.CodeBytes)..]);
            double milliseconds = System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            if (milliseconds > LongestBatchMilliseconds)
                _batchLimit = Math.Max(MinBatchRows, _batchLimit / 2);
            else if (milliseconds < LongestBatchMilliseconds / 4)
                _batchLimit = Math.Min(_largestBatch, _batchLimit * 2);
        }

        /// <summary>Finds the row that cannot be encoded. One that has died since it was gathered does not matter.</summary>
        private void EncodeOneByOne(int count, Span<byte> encoded)
        {
            for (int i = 0; i < count; i++)
            {
                Span<byte> code = encoded.Slice(i * _owner.CodeBytes, _owner.CodeBytes);
                try
                {
                    _owner.Model.Encode(_vectors.AsSpan(i * _owner.Dimensions, _owner.Dimensions), 1, code);
                }
                catch (ArgumentException exception)
                {
                    if (!_owner.IsDead(_batchRows[i]))
                        throw _owner.Unencodable(_batchRows[i], exception);
                    code.Clear();
                }
            }
        }
    }

    private IHashModel Model => model;

    private int Dimensions => records.Dimensions;

    private int RowStride => records.Vectors.Stride;

    private int CodeBytes => target.CodeBytes;

    private bool IsDead(uint row) => records.Dead.IsDead(row);

    private ReadOnlySpan<float> VectorOf(uint row) => records.VectorOf(row);

    private bool TryTakeKnown(uint row, Span<byte> code)
    {
        if (Known is not { } known || row >= known.Rows || !known.Codes.IsSound(row))
            return false;
        known.Codes.Row(row).CopyTo(code);
        return true;
    }

    private void Write(uint first, ReadOnlySpan<byte> codes, int encoded)
    {
        lock (_writing)
            target.Write(first, codes);
        Interlocked.Add(ref _encodedRows, encoded);
        monitor.Advance(codes.Length / target.CodeBytes);
    }
}
