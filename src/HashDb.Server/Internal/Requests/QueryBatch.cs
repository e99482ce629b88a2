// The queries of one batch, computed and answered piece by piece: a piece is as many results as about fill one frame. The queries of a
// piece are short reads like any other, in turn with those of other connections, and on as many workers at once as there are cores.
// So a batch takes neither more memory than two pieces nor more than its connection's share of the cores.
//
// Invariants: what a piece holds was counted before it is kept (ServerRequest.ComputeAsync), and is taken off when the piece after it
// has begun to be sent. Threading: RunAsync is one logical thread; the workers of a piece share its fields.
using System.Diagnostics;
using HashDb.Protocol;

namespace HashDb.Server.Internal.Requests;

internal sealed class QueryBatch<TResult>(ServerRequest request, int count, Func<int, Task<TResult>> query, Func<TResult, long> bytesOf)
    where TResult : class
{
    /// <summary>1,024 results of a piece, however small they are.</summary>
    private const int MaxPieceResults = 1_024;

    /// <summary>1 ms of work in one turn: about one search, as for the others in line.</summary>
    private static readonly TimeSpan TurnTime = TimeSpan.FromMilliseconds(1);

    private TResult?[] _piece = [];
    private int _first;
    private int _next;
    private long _bytes;

    /// <summary>Computes the results in order, and gives what is to be sent.</summary>
    /// <param name="toParts">Makes frames of the results of a piece; lazy, and called once for each.</param>
    public async IAsyncEnumerable<TPart> RunAsync<TPart>(Func<IReadOnlyList<TResult>, IEnumerable<TPart>> toParts)
    {
        long sending = 0;
        bool isFirst = true;
        for (_first = 0; _first < count || isFirst;)
        {
            TResult[] results = await ComputePieceAsync().ConfigureAwait(false);
            long held = Interlocked.Read(ref _bytes);
            _first += results.Length;
            foreach (TPart part in toParts(results))
            {
                yield return part;

                // Whoever asks for more has sent what came before.
                request.Release(sending);
                sending = 0;
            }

            sending = held;
            isFirst = false;
        }
    }

    private async ValueTask<TResult[]> ComputePieceAsync()
    {
        int most = Math.Min(count - _first, MaxPieceResults);
        _piece = new TResult?[most];
        _next = 0;
        _bytes = 0;
        int workers = Math.Min(Environment.ProcessorCount, most);
        if (workers > 0)
            await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => WorkAsync(_piece))).ConfigureAwait(false);
        TResult[] results = [.. _piece.TakeWhile(result => result is not null).Select(result => result!)];
        _piece = [];
        return results;
    }

    private async Task WorkAsync(TResult?[] piece)
    {
        while (true)
        {
            await request.TakeTurnAsync().ConfigureAwait(false);
            long started = Stopwatch.GetTimestamp();
            do
            {
                request.CancellationToken.ThrowIfCancellationRequested();

                // Every number that was taken is computed, so that the results of a piece have no gap.
                if (Interlocked.Read(ref _bytes) >= ProtocolLimits.AnswerFrameBytes)
                    return;
                int at = Interlocked.Increment(ref _next) - 1;
                if (at >= piece.Length)
                    return;
                TResult result = await request.ComputeAsync(() => query(_first + at), bytesOf).ConfigureAwait(false);
                piece[at] = result;
                Interlocked.Add(ref _bytes, bytesOf(result));
            }
            while (Stopwatch.GetElapsedTime(started) < TurnTime);
        }
    }
}
